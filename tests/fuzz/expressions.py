"""Random expressions. Each has a kind, so that most of what is generated runs; callers pass other kinds at times."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

KINDS = ("int", "float", "str", "bool", "list", "dict", "tuple", "obj", "slots")
INTS = (
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "-5",
    "255",
    "256",
    "257",
    "1000",
    "65537",
    "3",
    "5",
    "2**31",
    "2**62",
    "-(2**63)",
    "10**25",
)
FLOATS = ("0.0", "1.0", "-0.0", "0.5", "2.25", "-3.75", "1e10", "1e-9", "1e308", "float('inf')", "float('nan')")
STRINGS = ("''", "'a'", "'bc'", "'xyz'", "'\u00e9t\u00e9'", "'\u4e2d'", "'0'", "'12'")
MODULI = ("7", "64", "97", "1009", "65521", "1000003")


@dataclass
class Function:
    """What a caller has to know of a generated function."""

    name: str
    kinds: tuple[str, ...]
    returns: str
    pure: bool
    cost: int
    #: plain, generator, coroutine, agen
    flavour: str = "plain"
    #: how many of the parameters have defaults, and what else it takes
    defaults: int = 0
    star: bool = False
    keywords: tuple[str, ...] = ()
    closure: bool = False


@dataclass
class Scope:
    """Where an expression stands: names and their kinds, and what is allowed there."""

    names: dict[str, str]
    functions: list[Function]
    pure: bool = True
    #: how often the code here runs per call of the function, and how much the function may cost
    weight: int = 1
    room: int = 4000
    cost: list[int] = field(default_factory=lambda: [0])
    in_loop: bool = False
    flavour: str = "plain"
    is_async: bool = False
    methods: bool = True
    returns: str = "int"
    protected: set[str] = field(default_factory=set)
    fresh: list[int] = field(default_factory=lambda: [0])

    def inner(self, **changes: object) -> Scope:
        """Give a scope for a block: it shares names, since Python's blocks do."""
        same = dict(self.__dict__)
        same.update(changes)
        return Scope(**same)

    def of(self, kind: str) -> list[str]:
        """List the names of one kind, in the order they were made."""
        return [name for name, one in self.names.items() if one == kind]

    def new(self, prefix: str = "v") -> str:
        """Make up a name."""
        self.fresh[0] += 1
        return f"{prefix}{self.fresh[0]}"

    def spend(self, amount: int) -> bool:
        """Account for something that costs so much each time; say whether there is room for it."""
        wanted = amount * self.weight
        if self.cost[0] + wanted > self.room:
            return False
        self.cost[0] += wanted
        return True


class Expressions:
    """Makes expressions from a source of randomness."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def one(self, scope: Scope, kind: str, depth: int = 2) -> str:
        """Make an expression of a kind."""
        if depth <= 0 or self.rng.random() < 0.15:
            return self.leaf(scope, kind)
        if self.rng.random() < 0.06:
            return (
                f"({self.one(scope, kind, depth - 1)} if {self.truth(scope, depth - 1)} else {self.leaf(scope, kind)})"
            )
        if self.rng.random() < 0.14:
            called = self.call(scope, kind, depth)
            if called:
                return called
        made: str = getattr(self, "_" + kind)(scope, depth - 1)
        return made

    def leaf(self, scope: Scope, kind: str) -> str:
        """Make an expression without parts: a name or a constant."""
        names = scope.of(kind)
        if names and self.rng.random() < 0.8:
            return self.rng.choice(names)
        pick = self.rng.choice
        if kind == "int":
            if not scope.pure and self.rng.random() < 0.1:
                return pick(("G0", "STATE['n']", "len(LOG)"))
            return f"({pick(INTS)})" if self.rng.random() < 0.7 else str(self.rng.randrange(-9, 300))
        if kind == "float":
            return "G1" if not scope.pure and self.rng.random() < 0.1 else f"({pick(FLOATS)})"
        if kind == "str":
            return "G2" if not scope.pure and self.rng.random() < 0.1 else pick(STRINGS)
        if kind == "bool":
            return pick(("True", "False"))
        if kind == "list":
            return pick(("[1, 2, 3]", "[]", "([0] * 4)", "list(range(5))"))
        if kind == "dict":
            return pick(("{}", "{'k': 1}", "{1: 2, 3: 4}", "dict(a=1, k=5)"))
        if kind == "tuple":
            return pick(("()", "(1, 2)", "(3, 'x', 4.5)"))
        if kind == "slots":
            return "Slots()" if self.rng.random() < 0.5 else "Slots(2, 3.5)"
        return pick(("A()", "B()", "C()")) if scope.methods else "Quiet()"

    def truth(self, scope: Scope, depth: int = 1) -> str:
        """Make a condition."""
        return self.one(scope, "bool", depth)

    def rarely(self, scope: Scope) -> str:
        """Make a condition that holds now and then: what ends a loop or a function must not do so at once."""
        names = [name for name in scope.of("int") if name[0] in "iwk"] or scope.of("int")
        if not names or self.rng.random() < 0.1:
            return f"{self.truth(scope)} and {self.truth(scope)}"
        name = self.rng.choice(names[-3:])
        return f"{name} % {self.rng.choice((7, 13, 29, 64, 1009))} == {self.rng.randrange(1, 7)}"

    def call(self, scope: Scope, kind: str, depth: int) -> str | None:
        """Call one of the functions made before, if one fits and there is room."""
        fit = [f for f in scope.functions if f.returns == kind and f.flavour == "plain" and (f.pure or not scope.pure)]
        if not fit:
            return None
        chosen = self.rng.choice(fit)
        if not scope.spend(chosen.cost):
            return None
        return f"{chosen.name}({self.arguments(scope, chosen, depth - 1)})"

    def arguments(self, scope: Scope, function: Function, depth: int = 0) -> str:
        """Write the arguments of a call: by position, by name, starred."""
        rng = self.rng
        kinds = function.kinds
        if function.defaults and rng.random() < 0.4:
            kinds = kinds[: len(kinds) - function.defaults]
        parts = [self.one(scope, self.other(kind, 0.02), depth) for kind in kinds]
        shape = rng.random()
        if parts and shape < 0.1 and not function.closure:
            parts[-1] = f"p{len(parts) - 1}={parts[-1]}"
        elif parts and shape < 0.2:
            parts = [f"*({', '.join(parts)},)"]
        elif function.star and shape < 0.5:
            parts += [self.leaf(scope, "int") for _ in range(rng.randrange(3))]
        for keyword in function.keywords:
            if rng.random() < 0.5:
                form = f"{keyword}={self.leaf(scope, 'int')}"
                parts.append(form if rng.random() < 0.7 else f"**{{'{keyword}': {self.leaf(scope, 'int')}}}")
        return ", ".join(parts)

    def other(self, kind: str, chance: float) -> str:
        """Give the kind, or, with a small chance, another."""
        return self.rng.choice(KINDS[:7]) if self.rng.random() < chance else kind

    def _int(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        a, b = self.one(scope, "int", depth), self.one(scope, "int", depth)
        m, k = rng.choice(MODULI), rng.randrange(1, 7)
        forms = [
            lambda: f"({a} + {b})",
            lambda: f"({a} - {b})",
            lambda: f"({a} + {k})",
            lambda: f"({a} * {k})",
            lambda: f"({a} * {b} % {m})",
            lambda: f"({a} // {k})",
            lambda: f"({a} // ({b} or 3))",
            lambda: f"({a} // {b})",
            lambda: f"({a} % {m})",
            lambda: f"({a} & {b})",
            lambda: f"({a} | {b})",
            lambda: f"({a} ^ {b})",
            lambda: f"({a} << ({b} & 3)) % {m}",
            lambda: f"({a} >> {k})",
            lambda: f"(-{a})",
            lambda: f"(~{a})",
            lambda: f"abs({a})",
            lambda: f"(({a} % {m}) ** 2)",
            lambda: f"len({self.one(scope, rng.choice(('list', 'str', 'dict', 'tuple')), depth)})",
            lambda: f"{rng.choice(('min', 'max'))}({a}, {b})",
            lambda: f"sum({self.one(scope, 'list', depth)})",
            lambda: f"({self.leaf(scope, 'list')} or [1])[{rng.choice(('0', '-1', f'{a} % 2'))}]",
            lambda: f"sum({self.leaf(scope, 'list')}[:{k}])",
            lambda: f"{self.leaf(scope, 'dict')}.get({self.key(scope)}, {a})",
            lambda: f"{{'k': {a}, 'a': 2, 1: 3}}[{rng.choice(('1', '1', self.key(scope)))}]",
            lambda: f"({self.truth(scope, depth)} + {a})",
            lambda: f"int({self.one(scope, 'float', depth)} > {a})",
            lambda: f"int({self.leaf(scope, 'str')} + '7', 36)",
            lambda: f"(lambda q: q + {k})({a})",
            lambda: f"({a}).bit_length()",
            lambda: f"divmod({a}, {m})[{rng.randrange(2)}]",
            lambda: f"{self.leaf(scope, 'slots')}.x",
            lambda: (
                f"isinstance({self.leaf(scope, rng.choice(KINDS[:7]))}, {rng.choice(('int', 'str', '(int, float)'))})"
            ),
            lambda: f"sum(e * {k} for e in {self.leaf(scope, 'list')} if e != {a})",
            lambda: f"ord(({self.leaf(scope, 'str')} or 'o')[0])",
        ]
        if scope.methods:
            o = self.leaf(scope, "obj")
            forms += [
                lambda: f"{o}.m({a})",
                lambda: f"{o}.m({a})",
                lambda: f"{o}.x",
                lambda: f"{o}.p",
                lambda: f"{o}.s({a})",
                lambda: f"{o}.c({a})",
                lambda: f"{o}[{a}]",
                lambda: f"len({o})",
                lambda: f"{o}({a})",
            ]
        return rng.choice(forms)()

    def key(self, scope: Scope) -> str:
        """Make a key that dictionaries here are likely to have."""
        return self.rng.choice(("'k'", "'a'", "1", "3", self.leaf(scope, "int"), self.leaf(scope, "str")))

    def _float(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        a, b = self.one(scope, "float", depth), self.one(scope, rng.choice(("float", "float", "int")), depth)
        forms = (
            f"({a} + {b})",
            f"({b} - {a})",
            f"({a} * {b})",
            f"({a} / {rng.choice(('2', '3.0', '-4', b))})",
            f"({a} * 0.5 + {b})",
            f"(-{a})",
            f"abs({a})",
            f"{rng.choice(('min', 'max'))}({a}, {b})",
            f"float({b})",
            f"({self.one(scope, 'int', depth)} / {rng.choice(('2', '7', b))})",
            f"round({a}, 2)",
            f"({a} % 3.5)",
            f"({a} // 2)",
            f"{self.leaf(scope, 'slots')}.y",
            f"sum([{a}, {b}], 0.5)",
        )
        return rng.choice(forms)

    def _str(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        a, b = self.one(scope, "str", depth), self.one(scope, "str", depth)
        i = self.one(scope, "int", depth)
        forms = (
            f"({a} + {b})[:20]",
            f"({a} + 'k')[-9:]",
            f"str({i} % 1000)",
            f"f'{{{self.leaf(scope, 'int')}}}-{{{self.leaf(scope, 'str')}!r}}'[:24]",
            f"f'{{{self.leaf(scope, 'float')}:.3f}}'[:12]",
            f"({a} * ({i} & 3))[:16]",
            f"{a}.upper()",
            f"{a}.replace('a', 'b')",
            f"'-'.join([{a}, {b}])[:20]",
            f"'%s|%d' % ({a}, {i} % 7)",
            f"{a}[{i} % 2:]",
            f"repr({self.one(scope, rng.choice(('tuple', 'int', 'float', 'bool')), depth)})[:30]",
            f"type({self.leaf(scope, rng.choice(KINDS[:8]))}).__name__",
        )
        return rng.choice(forms)

    def _bool(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        kind = rng.choice(("int", "int", "int", "float", "str", "list", "tuple"))
        a, b = self.one(scope, kind, depth), self.one(scope, kind, depth)
        op = rng.choice(("<", "<=", ">", ">=", "==", "!="))
        forms = (
            f"({a} {op} {b})",
            f"({a} {op} {b})",
            f"({self.leaf(scope, 'int')} % {rng.choice('23457')} == {rng.randrange(3)})",
            f"(not {self.leaf(scope, rng.choice(KINDS[:7]))})",
            f"bool({a})",
            f"({self.one(scope, 'bool', depth)} and {self.one(scope, 'bool', depth)})",
            f"({self.one(scope, 'bool', depth)} or {self.one(scope, 'bool', depth)})",
            f"({self.leaf(scope, 'int')} in {self.leaf(scope, rng.choice(('list', 'tuple', 'dict')))})",
            f"({self.leaf(scope, rng.choice(KINDS[:7]))} is {rng.choice(('not None', 'None'))})",
            f"({self.leaf(scope, 'int')} < {self.leaf(scope, 'int')} <= {self.leaf(scope, 'int')})",
            f"all(e != {self.leaf(scope, 'int')} for e in {self.leaf(scope, 'list')})",
        )
        return rng.choice(forms)

    def _list(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        a = self.one(scope, "list", depth)
        i = self.one(scope, "int", depth)
        c = scope.new("c")
        inside = scope.inner(names={**scope.names, c: "int"}, weight=scope.weight * 5)
        e = self.one(inside, "int", depth)
        forms = (
            f"({a} + {self.leaf(scope, 'list')})[:12]",
            f"[{i}, {self.one(scope, 'int', depth)}]",
            f"[{e} for {c} in {a}]",
            f"[{e} for {c} in {a} if {self.truth(inside, 1)}]",
            f"[{e} for {c} in range({rng.randrange(2, 8)})]",
            f"[{c} + d for {c} in {self.leaf(scope, 'list')}[:3] for d in range(3)]",
            f"[*{a}, {i}][-9:]",
            f"sorted({a})",
            f"{a}[::-1]",
            f"{a}[{rng.randrange(3)}:{rng.randrange(2, 9)}]",
            f"list(map(lambda q: q ^ {rng.randrange(9)}, {a}))",
            f"list({self.leaf(scope, 'tuple')})",
            f"[{c} for {c} in {{{i}: 1, 5: 2}}]",
            f"[x_ * y_ % 97 for x_, y_ in zip({a}, {self.leaf(scope, 'list')})]",
        )
        made = [f for f in scope.functions if f.flavour == "generator" and (f.pure or not scope.pure)]
        if made and rng.random() < 0.4:
            chosen = rng.choice(made)
            if scope.spend(chosen.cost):
                return f"list({chosen.name}({self.arguments(scope, chosen)}))"
        coroutines = [f for f in scope.functions if f.flavour == "coroutine" and (f.pure or not scope.pure)]
        if coroutines and not scope.is_async and rng.random() < 0.3:
            chosen = rng.choice(coroutines)
            if scope.spend(chosen.cost):
                return f"[drive({chosen.name}({self.arguments(scope, chosen)}))]"
        return rng.choice(forms)

    def _dict(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        i = self.one(scope, "int", depth)
        forms = (
            f"{{'k': {i}, {self.leaf(scope, 'int')}: {self.leaf(scope, 'int')}}}",
            f"{{e: e * 2 for e in {self.leaf(scope, 'list')}}}",
            f"dict(zip('abk', {self.leaf(scope, 'list')}))",
            f"{{**{self.leaf(scope, 'dict')}, 'k': {i}}}",
            f"dict({self.leaf(scope, 'dict')})",
        )
        return rng.choice(forms)

    def _tuple(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        forms = (
            f"({self.one(scope, 'int', depth)}, {self.one(scope, rng.choice(KINDS[:4]), depth)})",
            f"tuple({self.one(scope, 'list', depth)})",
            f"({self.leaf(scope, 'tuple')} + ({self.leaf(scope, 'int')},))[:6]",
            f"(*{self.leaf(scope, 'tuple')}, {self.leaf(scope, 'str')})[:5]",
            f"divmod({self.one(scope, 'int', depth)}, {rng.choice(MODULI)})",
        )
        return rng.choice(forms)

    def _obj(self, scope: Scope, depth: int) -> str:
        if not scope.methods:
            return "Quiet()"
        made = self.rng.choice(("A", "B", "C"))
        return f"{made}({self.one(scope, 'int', depth)})"

    def _slots(self, scope: Scope, depth: int) -> str:
        return f"Slots({self.one(scope, 'int', depth)}, {self.one(scope, 'float', depth)})"
