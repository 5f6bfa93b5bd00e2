"""Random functions, with and without effects, in a module full of things that can be changed. Reproducible by seed."""

import random

#: the module that every program stands in; LOG grows whenever code of one of its classes runs
PRELUDE = '''
import bisect
import math
import unicodedata
from abc import ABC, abstractmethod
from collections import deque

LOG = []
G_INT = 5
G_LIST = [3, 1, 2]
G_NESTED = [[1, 2], [3]]
G_DICT = {"a": 1, "b": 2}
G_DEEP = {"a": [1], "b": [2]}
G_SET = {1, 2}
G_TUPLE = (1, [2, 3], "x")
G_BYTES = bytearray(b"abc")
G_GEN = iter([1, 2, 3, 4, 5])


class Loud:
    """Every special method says that it ran."""

    def __init__(self, v=0): LOG.append("init"); self.v = v
    def __add__(self, o): LOG.append("add"); return 1
    __radd__ = __iadd__ = __mul__ = __rmul__ = __mod__ = __sub__ = __rsub__ = __add__
    def __eq__(self, o): LOG.append("eq"); return False
    def __lt__(self, o): LOG.append("lt"); return True
    __gt__ = __le__ = __ge__ = __lt__
    def __hash__(self): LOG.append("hash"); return 1
    def __bool__(self): LOG.append("bool"); return True
    def __len__(self): LOG.append("len"); return 1
    def __iter__(self): LOG.append("iter"); return iter([1])
    def __contains__(self, o): LOG.append("contains"); return True
    def __getitem__(self, i): LOG.append("getitem"); return 1
    def __setitem__(self, i, v): LOG.append("setitem")
    def __call__(self, *a): LOG.append("call"); return 1
    def __repr__(self): LOG.append("repr"); return "Loud"
    def __format__(self, s): LOG.append("format"); return "Loud"
    def __index__(self): LOG.append("index"); return 1
    def __enter__(self): LOG.append("enter"); return self
    def __exit__(self, *a): LOG.append("exit")
    def __getattr__(self, n):
        LOG.append("getattr")
        raise AttributeError(n)


class Meta(type):
    def __instancecheck__(cls, o): LOG.append("check"); return True
    def __call__(cls, *a): LOG.append("make"); return 1


class Odd(metaclass=Meta):
    pass


class Point:
    shared = [1]

    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def dot(self, o): return self.x * 2
    def move(self, d): self.x = d; return self
    def loud(self): LOG.append("point"); return 1
    @property
    def norm(self): return self.x
    @property
    def noisy(self): LOG.append("noisy"); return self.x
    @staticmethod
    def make(v): return [v]
    @classmethod
    def counted(cls, v): cls.shared.append(v); return v


class Base:
    def __init__(self, x=0):
        self.x = x
        self.held = []

    def put(self, v): self.held.append(v); return self
    def chatty(self): LOG.append("base"); return self
    def plain(self): return self.x
    @property
    def noisy(self): LOG.append("noisy"); return self.x


class Derived(Base):
    def __init__(self, x=1):
        super().__init__(x)
        self.y = 2

    def put(self, v): return super().put([v])
    def chatty(self): return super().chatty()
    def plain(self): return super(Derived, self).plain()
    def same(self, v): return type(self)(v)
    def named(self): return self.__class__.__name__
    def asks(self, v): return isinstance(v, self.__class__)
    def peeks(self): return super().noisy
    def nested(self): return [super(Derived, self).plain() for _ in (1, 2)]


class LoudBase:
    def __init__(self, *a): LOG.append("loud init")


class LoudDerived(Base, LoudBase):
    def __init__(self, x=1): super(Base, self).__init__(x)


class Mixed(Derived, Point):
    """What super() means in Derived depends on the class of the instance."""

    def put(self, v): return super().put(v)


class Shape(ABC):
    def __init__(self, x): self.x = x

    @abstractmethod
    def area(self): ...


class Square(Shape):
    def __init__(self, x=2): super().__init__(x)
    def area(self): return self.x
    def grow(self): LOG.append("grow"); return self


class Gone:
    def __del__(self): LOG.append("del")


class Fault(Exception):
    pass


class LoudFault(Exception):
    def __init__(self, *a): LOG.append("fault")


G_LOUD = Loud()
G_POINT = Point(1)
G_DERIVED = Derived(1)
G_SQUARE = Square(1)
G_DEQUE = deque([1, 2])
G_LOUDS = [G_LOUD, 1]
G_FUNCTIONS = [len, LOG.append]


def pure(v): return [v, v]
def same(v): return v
def pushes(v): v.append(1); return v
def impure(v): LOG.append("impure"); return v
def keeps(v, held=[]): held.append(v); return held
def rebinds(v):
    global G_INT
    G_INT = v
    return v
def generates(n):
    for i in range(n):
        yield i
def logs(n):
    for i in range(n):
        LOG.append(i)
        yield i


def counter():
    count = 0

    def step(v=1):
        nonlocal count
        count += 1
        return count

    return step


def reader():
    held = [1, 2]

    def read(v=1):
        return held

    return read


step = counter()
read = reader()
lam = lambda v: G_LIST
'''

_GLOBALS = [
    "G_INT",
    "G_LIST",
    "G_NESTED",
    "G_DICT",
    "G_DEEP",
    "G_SET",
    "G_TUPLE",
    "G_BYTES",
    "G_GEN",
    "G_LOUD",
    "G_POINT",
    "G_LOUDS",
    "G_FUNCTIONS",
    "read",
    "Point",
    "Odd",
    "Loud",
    "Derived",
    "Square",
    "G_DERIVED",
    "G_SQUARE",
    "G_DEQUE",
]
_FUNCTIONS = [
    "pure",
    "same",
    "pushes",
    "impure",
    "keeps",
    "rebinds",
    "generates",
    "logs",
    "step",
    "read",
    "lam",
    "len",
    "str",
    "list",
    "tuple",
    "set",
    "dict",
    "sorted",
    "sum",
    "min",
    "max",
    "repr",
    "bool",
    "iter",
    "next",
    "abs",
    "any",
    "all",
    "reversed",
    "enumerate",
    "type",
    "isinstance",
    "hash",
    "Point",
    "Loud",
    "Odd",
    "Gone",
    "Fault",
    "LoudFault",
    "Point.make",
    "Point.counted",
    "print",
    "int",
    "float",
    "hex",
    "id",
    "bytes",
    "frozenset",
    "G_LOUD",
    "range",
    "bytearray",
    "Derived",
    "Mixed",
    "LoudDerived",
    "Square",
    "deque",
    "super",
    "unicodedata.name",
]
_METHODS = [
    "append",
    "extend",
    "pop",
    "insert",
    "remove",
    "clear",
    "sort",
    "reverse",
    "copy",
    "get",
    "items",
    "keys",
    "values",
    "update",
    "setdefault",
    "add",
    "discard",
    "union",
    "lower",
    "split",
    "join",
    "index",
    "count",
    "popitem",
    "dot",
    "move",
    "loud",
    "norm",
    "noisy",
    "x",
    "y",
    "shared",
    "strip",
    "upper",
    "difference",
    "v",
    "put",
    "held",
    "chatty",
    "plain",
    "same",
    "named",
    "asks",
    "peeks",
    "nested",
    "area",
    "grow",
    "__class__",
    "__name__",
    "appendleft",
]
_BINARY = ["+", "-", "*", "%", "&", "|", "^", "//", "<", "==", "!=", "<=", "in", "is"]
_BINARY += ["not in", "is not", "and", "or"]
_NAMES = list("abcxyz")


#: ways to something that exists already, which an analysis could lose track of
_WAYS = [
    ["{0} = G_NESTED", "{1} = {0}[0]", "{1}.append(9)"],
    ["{0} = list(G_NESTED)", "{0}.append(1)"],
    ["{0} = list(G_NESTED)[0]", "{0}.append(1)"],
    ["{0} = G_NESTED[:]", "{0}[0] += [1]"],
    ["{0} = [G_LIST]", "for {1} in {0}:", "    {1} += [1]"],
    ["{0} = dict(k=G_LIST)", "{0}['k'].clear()"],
    ["{0} = dict(k=[])", "{0}['k'].append(1)"],
    ["{0} = G_DEEP.get('a')", "{0}.append(1)"],
    ["{0} = G_DEEP.copy()", "{0}['a'].append(1)"],
    ["{0} = G_DEEP.copy()", "{0}['a'] = 1"],
    ["{0}, *{1} = G_NESTED", "{1}.append(1)"],
    ["{0}, *{1} = G_NESTED", "{1}[0].append(1)"],
    ["{0} = max(G_NESTED)", "{0}.append(1)"],
    ["{0} = sum(G_NESTED, [])", "{0}.append(1)"],
    ["{0} = sorted(G_NESTED)[0]", "{0}.append(1)"],
    ["{0} = next(iter(G_NESTED))", "{0}.append(1)"],
    ["{0} = [v for v in G_NESTED]", "{0}.pop()"],
    ["{0} = [v for v in G_NESTED]", "{0}.pop().pop()"],
    ["for {0}, {1} in zip(G_NESTED, [1, 2]):", "    {0}.append({1})"],
    ["for {0}, {1} in enumerate(G_NESTED):", "    {1}.append({0})"],
    ["for {0}, {1} in G_DEEP.items():", "    {1}.append({0})"],
    ["{0} = [G_LIST, [1]]", "{0}[1].append(1)"],
    ["{0} = (G_LIST, [1])", "{0}[1].append(1)"],
    ["{0} = (G_LIST, [1])", "{1}, {2} = {0}", "{1}.append(1)"],
    ["{0} = lambda v: v.append(1)", "{0}(G_LIST)"],
    ["{0} = lambda v: v.append(1)", "{0}([1])"],
    ["{0} = G_LIST.append", "{0}(1)"],
    ["{0} = [].append", "{0}(1)"],
    ["{0} = list(map(G_LIST.append, [1]))"],
    ["{0} = list(map([].append, [1]))"],
    ["{0} = [1] + G_LIST", "{0}.append(1)"],
    ["{0} = G_LIST", "{0} += [1]"],
    ["{0} = G_TUPLE", "{0} += (1,)"],
    ["{0} = G_TUPLE[1]", "{0} += (1,)"],
    ["{0} = {{1}} | G_SET", "{0}.add(7)"],
    ["{0} = G_SET", "{0} |= {{8}}"],
    ["{0} = Point([1])", "{0}.x.append(1)"],
    ["{0} = Point(G_LIST)", "{0}.x.append(1)"],
    ["{0} = Point(1)", "{0}.x = 2", "{0} = {0}.dot({0})"],
    ["{0} = Point(1)", "{0}.shared.append(2)"],
    ["{0} = Point(1).move(G_LIST)", "{0}.x.append(2)"],
    ["{0} = Point(1).norm"],
    ["{0} = Point(1).noisy"],
    ["{0} = Point.make(1)", "{0}.append(1)"],
    ["{0} = pushes([1])", "{0} = pushes({0})"],
    ["{0} = pushes(same([1]))", "{0} = pushes(same(G_LIST))"],
    ["{0} = keeps(1)"],
    ["{0} = keeps(1, [])"],
    ["{0} = read()", "{0}.append(1)"],
    ["{0} = read() + [1]", "{0}.append(1)"],
    ["{0} = step()"],
    ["{0} = lam(1)", "{0}.append(1)"],
    ["{0} = list(generates(3))"],
    ["{0} = list(logs(3))"],
    ["{0} = logs(3)"],
    ["{0} = sorted([2, 1], key=lambda v: G_LIST.append(v) or 0)"],
    ["{0} = sorted([2, 1], key=lambda v: -v)"],
    ["{0} = [G_LOUD]"],
    ["{0} = [G_LOUD] == [1]"],
    ["{0} = G_LOUD in (1, 2)"],
    ["{0} = G_LOUDS", "{1} = 1 in {0}"],
    ["{0} = f'{{G_LOUD}}'"],
    ["{0} = dict.fromkeys([1])"],
    ["{0} = isinstance(a, Odd)"],
    ["{0} = isinstance(a, (int, str))"],
    ["{0} = G_LOUD is None"],
    ["{0} = Gone()", "{0} = 1"],
    ["G_LIST = 1", "{0} = 2"],
    ["{0} = []", "{0}.append({0})", "{0}[0].append(1)"],
    ["{0} = [[]]", "{0}[0] = G_LIST", "{0}[0].append(1)"],
    ["{0} = []", "{1} = {0}", "{1}.append(G_LIST)", "{0}[0].append(1)"],
    ["def {0}(v=G_LIST):", "    v.append(1)", "{0}([])"],
    ["def {0}(v=G_LIST):", "    v.append(1)", "{0}()"],
    ["def {0}(*v, **w):", "    v[0].append(1)", "{0}(G_LIST)"],
    ["def {0}(*v, **w):", "    w['k'].append(1)", "{0}(k=G_LIST)"],
    ["def {0}(*v, **w):", "    w['k'].append(1)", "{0}(**dict(k=[1]))"],
    ["def {0}(v):", "    yield v", "for {1} in {0}(G_LIST):", "    {1}.append(1)"],
    ["def {0}(v):", "    yield v", "for {1} in {0}([]):", "    {1}.append(1)"],
    ["{0} = [1, 2, 3]", "{0}[1:] = G_NESTED", "{0}[1].append(1)"],
    ["{0} = [].extend", "{0}(G_NESTED)"],
    ["{0} = []", "{0}.extend(G_NESTED)", "{0}[0].append(1)"],
    ["{0} = set().union(G_SET)", "{0}.add(1)"],
    ["{0} = {{}}", "{0}.update(G_DEEP)", "{0}['a'].append(1)"],
    ["{0} = {{}}", "{0} |= G_DEEP", "{0}['a'].append(1)"],
    ["{0} = {{**G_DEEP}}", "{0}['a'].append(1)"],
    ["{0} = {{}}", "{0}.setdefault('k', G_LIST).append(1)"],
    ["{0} = G_DICT.setdefault('new', 1)"],
    ["{0} = next(G_GEN)"],
    ["{0} = list(G_GEN)"],
    ["{0} = list(zip([1], G_GEN))"],
    ["{0} = 2 in G_GEN"],
    ["{0}, {1} = [G_LIST, 1], 2", "{0}, {1} = {1}, {0}", "{1}[0].append(1)"],
    ["while G_LIST:", "    {0} = G_LIST.pop()", "    break"],
    ["match G_NESTED:", "    case [{0}, *{1}]:", "        {0}.append(1)"],
    ["match a:", "    case [{0}, *{1}]:", "        {1}.append(1)"],
    ["class {0}:", "    LOG.append(1)"],
    ["{0} = G_BYTES", "{0} += b'x'"],
    ["{0} = G_FUNCTIONS[1]", "{0}(1)"],
    ["({0} := G_LIST).append(1)"],
    ["{0} = (a and G_LIST) or []", "{0}.append(1)"],
    ["{0} = [] if a else G_LIST", "{0}.append(1)"],
    ["{0} = LoudFault"],
    ["try:", "    raise LoudFault", "except Fault:", "    {0} = 1"],
    ["try:", "    raise Fault(G_LIST)", "except Fault as {0}:", "    {0}.args[0].append(1)"],
    ["{0} = {{1: G_LIST}}.popitem()[1]", "{0}.append(1)"],
    ["{0} = list({{1: G_LIST}}.values())[0]", "{0}.append(1)"],
    ["{0} = reversed(G_NESTED)", "{0} = next({0})", "{0}.append(1)"],
    ["{0} = [*G_NESTED][1]", "{0}.append(1)"],
    ["{0} = filter(None, G_NESTED)", "for {1} in {0}:", "    {1}.append(1)"],
    ["{0} = min([G_LIST], [[9]])", "{0}[0].append(1)"],
    ["{0} = min(G_NESTED, key=lambda v: v.append(1) or 0)"],
    ["{0} = math.sqrt(2)", "{0} = math.floor({0})"],
    ["{0} = [G_LIST] * 2", "{0}[1].append(1)"],
    ["{0} = Derived(G_LIST)", "{0}.x.append(1)"],
    ["{0} = Derived([1])", "{0}.x.append(1)"],
    ["{0} = Derived(1).put(G_LIST)", "{0}.held[0][0].append(1)"],
    ["{0} = Derived(1).put([1])", "{0}.held[0][0].append(1)"],
    ["{0} = Derived(1).chatty()"],
    ["{0} = Derived(1).peeks()"],
    ["{0} = Derived(1).plain()"],
    ["{0} = Derived(1).nested()"],
    ["{0} = Derived(1).named()"],
    ["{0} = Derived(1).asks(a)"],
    ["{0} = Derived(1)", "{1} = {0}.asks({0})", "{0} = G_LIST if {1} else []", "{0}.append(1)"],
    ["{0} = Derived(1).same(G_LIST)", "{0}.x.append(1)"],
    ["{0} = type(Derived(1))(G_LIST)", "{0}.x.append(1)"],
    ["{0} = Derived(1).__class__", "{1} = {0}([1]).put(1)"],
    ["{0} = Derived.__name__"],
    ["{0} = LoudDerived(1)"],
    ["{0} = Mixed(1)", "{0}.put(1)"],
    ["{0} = Mixed(1).put(G_LIST)", "{0}.held[0][0].append(1)"],
    ["{0} = Square(1)"],
    ["{0} = G_SQUARE.grow()"],
    ["{0} = isinstance(a, Square)"],
    ["{0} = super(Derived, G_DERIVED).put(1)"],
    ["{0} = super(Derived, Derived(1)).put(1)"],
    ["{0} = super(Derived, Derived(1)).chatty()"],
    ["{0} = [super(Derived, Derived(1))]"],
    ["{0} = deque([G_LIST])", "{0}[0].append(1)"],
    ["{0} = deque([[1]])", "{0}[0].append(1)"],
    ["{0} = deque([1, 2], 1)", "{0}.append(3)"],
    ["{0} = deque(G_GEN)"],
    ["G_DEQUE.append(1)"],
    ["{0} = bisect.bisect(G_LIST, 2)"],
    ["{0} = bisect.bisect_left([G_LOUD], 2)"],
    ["{0} = bisect.bisect([1, 2], 2, key=lambda v: LOG.append(v) or v)"],
    ["bisect.insort(G_LIST, 2)"],
    ["{0} = unicodedata.normalize('NFC', 'a')"],
]


class Program:
    """A function made from a seed: a list of statements, each of which may be left out to shrink it."""

    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.statements = [self.shielded() for _ in range(self.random.randint(1, 6))]

    def source(self, statements=None):
        lines = ["def f(a, b, c):", "    x = y = z = 1"]
        for statement in self.statements if statements is None else statements:
            lines += ["    " + line for line in statement]
        return "\n".join([*lines, "    return x"]) + "\n"

    def shielded(self):
        """Make a statement; most go on after an exception, or little of a program would ever run."""
        if self.random.random() < 0.3:
            return [line.format(*[self.name() for _ in range(3)]) for line in self.random.choice(_WAYS)]
        lines = self.statement(0)
        if self.random.random() < 0.3:
            return lines
        return ["try:", *["    " + line for line in lines], "except Exception:", "    pass"]

    def pick(self, *choices):
        return self.random.choice(choices)

    def name(self):
        return self.random.choice(_NAMES)

    def atom(self):
        return self.pick(
            self.name(),
            self.name(),
            self.name(),
            self.random.choice(_GLOBALS),
            str(self.random.randint(0, 4)),
            repr(self.pick("a", "b", "xy")),
            "[]",
            "None",
        )

    def expression(self, depth):
        if depth > 3 or self.random.random() < 0.25:
            return self.atom()
        sub = lambda: self.expression(depth + 1)  # noqa: E731
        choice = self.random.randint(0, 21)
        if choice <= 2:
            return f"({sub()} {self.random.choice(_BINARY)} {sub()})"
        if choice <= 5:
            return f"{self.random.choice(_FUNCTIONS)}({sub()})"
        if choice <= 8:
            return f"{self.receiver(depth)}.{self.random.choice(_METHODS)}({self.pick('', sub())})"
        if choice == 9:
            return f"{self.receiver(depth)}.{self.random.choice(_METHODS)}"
        if choice <= 11:
            return f"{self.receiver(depth)}[{self.pick(sub(), '0', repr('a'), ':', '1:')}]"
        if choice == 12:
            return f"[{sub()}, {sub()}]"
        if choice == 13:
            return self.pick(f"{{{sub()}: {sub()}}}", f"({sub()}, {sub()})", f"{{{sub()}}}", f"{{**{sub()}}}")
        if choice == 14:
            return f"[{sub()} for {self.name()} in {sub()}]"
        if choice == 15:
            return f"{self.pick('list', 'sum', 'tuple', 'any')}({sub()} for {self.name()} in {sub()})"
        if choice == 16:
            return f"(lambda {self.name()}: {sub()})({sub()})"
        if choice == 17:
            function = self.pick("pure", "impure", "str", "len", "pushes", "Point", f"lambda v: {sub()}")
            return f"list({self.pick('map', 'filter')}({function}, {sub()}))"
        if choice == 18:
            return f"sorted({sub()}, key=lambda v: {sub()})"
        if choice == 19:
            return self.pick(f'f"{{{self.atom()}}}"', f"[*{sub()}]", f"'%s' % {sub()}", f"pure(*{sub()})")
        if choice == 20:
            return f"({sub()} if {sub()} else {sub()})"
        return f"Point({sub()}, {sub()})"

    def receiver(self, depth):
        return self.pick(self.name(), self.name(), self.random.choice(_GLOBALS), f"({self.expression(depth + 1)})")

    def target(self):
        return self.pick(
            self.name(),
            self.name(),
            self.name(),
            f"{self.receiver(2)}[{self.pick('0', repr('a'), self.name())}]",
            f"{self.receiver(2)}.{self.pick('x', 'y', 'shared', 'v')}",
            f"{self.name()}, {self.name()}",
            f"{self.name()}, *{self.name()}",
        )

    def block(self, depth):
        lines = [line for _ in range(self.random.randint(1, 2)) for line in self.statement(depth + 1)]
        return ["    " + line for line in lines]

    def statement(self, depth):
        choice = self.random.randint(0, 17 if depth < 2 else 8)
        if choice <= 3:
            return [f"{self.target()} = {self.expression(0)}"]
        if choice == 4:
            operator = self.pick("+=", "-=", "|=", "&=")
            simple = self.pick(self.name(), self.name(), f"{self.name()}[0]", "G_POINT.x", "G_NESTED[0]")
            return [f"{simple} {operator} {self.expression(1)}"]
        if choice <= 6:
            return [self.expression(0)]
        if choice == 7:
            return [f"del {self.pick(self.name(), self.receiver(2) + '[0]', self.receiver(2) + '.x')}"]
        if choice == 8:
            return [self.pick("import json", f"raise Fault({self.expression(2)})", f"assert {self.expression(1)}")]
        if choice <= 10:
            return [f"for {self.name()} in {self.expression(1)}:", *self.block(depth)]
        if choice <= 12:
            return [f"if {self.expression(1)}:", *self.block(depth), "else:", *self.block(depth)]
        if choice == 13:
            kind = self.pick("ValueError", "Exception", "(TypeError, KeyError)", "Fault", "Odd", "LoudFault")
            return ["try:", *self.block(depth), f"except {kind} as error:", *self.block(depth)]
        if choice == 14:
            return ["try:", *self.block(depth), "finally:", *self.block(depth)]
        if choice == 15:
            outer = self.name()
            head = [f"    nonlocal {outer}"] if self.random.random() < 0.5 else []
            default = self.pick("1", "[]", "G_LIST", self.name())
            body = [*head, *self.block(depth), f"    return {self.expression(2)}"]
            return [f"def inner(v={default}):", *body, f"{self.name()} = inner({self.pick('', self.expression(1))})"]
        if choice == 16:
            return ["def inner(v):", *self.block(depth), "    yield v", f"{self.name()} = list(inner({self.atom()}))"]
        return [f"with {self.atom()}:", *self.block(depth)]


def arguments(seed):
    """Give the makers of three arguments."""
    choice = random.Random(seed + 10**9).choice
    makers = [
        lambda: 3,
        lambda: [2, 1, 3],
        lambda: "a b",
        lambda: {"a": 1, "b": [2]},
        lambda: [[1], [2, 3]],
        lambda: {1, 2},
        lambda: (1, 2),
        lambda: 1.5,
        lambda: ["a", "b"],
    ]
    return [choice(makers) for _ in range(3)]
