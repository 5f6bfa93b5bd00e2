"""When temporaries end, for every way in which an instruction takes its operands; and which locals are seen then.

Stores into several locals by one instruction are left out: the values that they replace end behind the last of them.
"""

from programs import program

WORLD = """\
import sys, weakref
log = []
def said(*more):
    told = log[:], *more
    log.clear()
    return told
def name(v): return v.__dict__.get("name", "?") if isinstance(v, D) else type(v).__name__
def counts(what, *values):
    log.append((what, *[name(v) for v in values if isinstance(v, D)]))
class D:
    def __init__(self, name): self.__dict__["name"] = name
    def __del__(self):
        frame = sys._getframe(1)
        seen = sorted((k, name(v)) for k, v in frame.f_locals.items()) if frame.f_code.co_name[0] == "f" else ()
        log.append(("del", self.name, frame.f_code.co_name if frame.f_code.co_name[0] != "f" else "f", seen))
    def __call__(self, *a, **k):
        counts("call", self, *a, *k.values())
        return D("called")
    def __getattr__(self, key):
        if key.startswith("__"): raise AttributeError(key)
        counts("getattr " + key, self)
        return D("attr")
    def __setattr__(self, key, value): counts("setattr", self, value)
    def __delattr__(self, key): counts("delattr", self)
    def __getitem__(self, key):
        counts("getitem", self, key)
        return D("item")
    def __setitem__(self, key, value): counts("setitem", self, key, value)
    def __delitem__(self, key): counts("delitem", self, key)
    def __contains__(self, key):
        counts("contains", self, key)
        return True
    def __len__(self):
        counts("len", self)
        return 1
    def __bool__(self):
        counts("bool", self)
        return True
    def __eq__(self, other):
        counts("eq", self, other)
        return True
    def __lt__(self, other):
        counts("lt", self, other)
        return D("less")
    def __hash__(self):
        counts("hash", self)
        return 7
    def __add__(self, other):
        counts("add", self, other)
        return D("sum")
    def __radd__(self, other):
        counts("radd", self, other)
        return D("rsum")
    def __iadd__(self, other):
        counts("iadd", self, other)
        return self
    def __neg__(self):
        counts("neg", self)
        return D("neg")
    def __iter__(self):
        counts("iter", self)
        return iter([D("i1"), D("i2")])
    def __str__(self):
        counts("str", self)
        return "text"
    def __format__(self, how):
        counts("format", self)
        return "format"
    def __index__(self):
        counts("index", self)
        return 1
    def __int__(self):
        counts("int", self)
        return 1
    def __abs__(self):
        counts("abs", self)
        return D("abs")
    def m(self, *a):
        counts("m", self, *a)
        return D("m")
    def m0(self):
        counts("m0", self)
    @property
    def p(self):
        counts("p", self)
        return D("p")
    @staticmethod
    def s(x): counts("s", x)
    @classmethod
    def c(cls, x): counts("c", x)
def one(x):
    counts("one", x)
    return x
def two(x, y=None):
    counts("two", x, y)
    return D("two")
def drop(x):
    del x
    log.append("dropped")
def rebinds(x):
    x = 1
    log.append("rebound")
    return x
def star(*a, **k):
    counts("star", *a, *k.values())
class G:
    def __init__(self, x): self.x = x
class N:
    def __init__(self, x, y): counts("N", x, y)
def fails(*a, **k): raise ValueError(len(a))
class Fail:
    def __getitem__(self, k): raise KeyError
    def __setitem__(self, k, v): raise KeyError
    def __add__(self, o): raise KeyError
    def __getattr__(self, k): raise AttributeError(k)
    def __bool__(self): raise KeyError
    def __eq__(self, o): raise KeyError
    def __iter__(self): raise KeyError
L = [1, 2, 3]
T = {"k": 1}
class Sink:
    def write(self, text): log.append(text)
def g(f):
    try:
        r = f(0)
        return said(r)
    except Exception as e:
        return said(type(e).__name__)
"""

EXPRESSIONS = """\
one(D("x"))
one(a)
one(one(D("x")))
two(D("x"), D("y"))
two(y=D("y"), x=D("x"))
two(a, D("y"))
two(D("x"), a)
two(*[D("x"), D("y")])
two(*(D("x"), D("y")))
two(*(D("x"), a))
two(*args)
two(*[a, b])
two(D("x"), *[D("y")])
two(**{"x": D("x"), "y": D("y")})
two(D("x"), **{"y": D("y")})
two(*[D("x")], **{"y": D("y")})
two(*D("x"))
star(*args, **{"k": D("k")})
star(D("x"), *args, k=D("k"))
drop(D("x"))
drop(a)
drop(*[D("x")])
drop(*(D("x"),))
rebinds(D("x"))
rebinds(*[D("x")])
N(D("x"), D("y"))
N(*[D("x"), D("y")])
N(*args)
N(a, b)
G(D("x"))
G(D("x")).x
G(a).x
D("x")(D("y"))
D("x")(*[D("y")])
D("x")(a)
a(b)
a(*args)
a(D("x"), k=D("k"))
D("x")[D("y")]
D("x")[a]
a[D("y")]
a[b]
a[one(b)]
a[1]
a[b][a]
D("x")[1:2]
D("x")[D("s"):D("t")]
a[D("s"):D("t"):D("u")]
[D("x"), D("y")][0]
[D("x"), D("y")][D("i")]
[D("x"), D("y")][-1]
(D("x"), D("y"))[0]
(D("x"), a)[n]
[a, b][n]
[D("x"), D("y")][0:1]
{"k": D("x"), "l": D("y")}["k"]
{D("k"): D("v")}[D("l")]
{D("k"), D("l")}
{D("k"): D("v"), D("l"): D("w")}
D("x") + D("y")
D("x") + a
a + D("x")
a + b
a + b + a
a + 1
1 + a
1.5 + D("x")
n + D("x")
D("x") + n
-D("x")
-a
not D("x")
not a
D("x") < D("y")
a < b
a < b < a
D("x") < D("y") < D("z")
D("x") == D("y")
a == b
a == D("y")
a != b
a is b
D("x") is D("y")
a in b
D("x") in D("y")
D("x") in a
a in [b]
a in (b,)
D("x") not in D("y")
D("x") in [D("y"), D("z")]
D("x") in {D("y"): 1}
D("x") and D("y")
D("x") or D("y")
a and b
a or b
D("x") if D("y") else D("z")
D("x").p
a.p
a.q
D("x").q
D("x").m(D("y"))
a.m(b)
a.m(D("y"))
D("x").m(a)
D("x").m0()
a.m0()
D("x").m(*[D("y")])
a.m(*args)
D("x").m(*[])
D("x").s(D("y"))
D.s(D("y"))
D("x").c(D("y"))
a.m(b).m(a)
D("x").m(D("y")).m(D("z"))
D.m(D("x"), D("y"))
D.m0(a)
f"{a}{b}"
f"{D('x')}{D('y')!s}"
f"{a:>10}"
f"{D('x'):{D('y')}}"
"%s" % D("x")
"a".join([str(D("x"))])
str(D("x"))
str(a)
int(D("x"))
int(a)
abs(D("x"))
abs(a)
len(D("x"))
len(a)
len([D("x"), D("y")])
bool(D("x"))
bool(a)
min(D("x"), D("y"))
max(a, b)
min([D("x"), D("y")])
isinstance(D("x"), D)
type(D("x"))
id(D("x")) and 1
hash(D("x"))
repr([1, D("x").name])
list(D("x"))
tuple(D("x"))
set([D("x"), D("y")])
dict(k=D("x"))
sorted([D("x")])
list(map(one, [D("x"), D("y")]))
sum([D("x")], D("s"))
[one(x) for x in D("x")]
[x for x in [D("x"), D("y")]]
[x.name for x in [D("x"), D("y")]]
[one(x) for x in (D("x"), a)]
{x.name: x for x in [D("x"), D("y")]}
{x for x in [D("x"), D("y")]}
[D("x"), D("y")]
(D("x"), D("y"))
[*D("x")]
[*[D("x")], D("y")]
(*D("x"), D("y"))
{**{"k": D("x")}, "l": D("y")}
[D("x")] + [D("y")]
[D("x")] * 2
(D("x"),) + (D("y"),)
L + [D("x")]
getattr(D("x"), "q")
getattr(a, "name")
print(D("x"), file=sink)
T.get("k", D("x"))
T.get(D("x"), D("y"))
T.setdefault("z", D("x")) and T.pop("z")
L.append(D("x")) or L.pop()
L.append(a) or L.pop()
L.insert(D("i"), D("x")) or L.pop(1)
L.extend([D("x")]) or L.pop()
L.index(D("x"))
weakref.ref(D("x"))
weakref.ref(D("x"), lambda r: log.append("gone"))
one(weakref.ref(one(D("x")), lambda r: log.append("gone")))
fails(D("x"), D("y"))
fails(*[D("x"), D("y")])
fails(a, k=D("k"))
two(D("x"), D("y"), D("z"))
two(D("x"), w=D("w"))
two(*[D("x")], **{"x": D("y")})
two(D("x"), fails(D("y")))
[D("x"), fails(D("y")), D("z")]
{"k": D("x"), "l": fails()}
D("x") + fails()
D("x")[fails()]
D("x").m(D("y"), fails())
D("x").m(*fails())
Fail()[D("x")]
Fail() + D("x")
D("x") if Fail() else D("y")
Fail() == D("x")
Fail().q
two(D("x"), Fail().q)
[*Fail()]
two(*Fail())
L[D("x"):D("y")]
L[9]
[D("x")][9]
[D("x"), D("y")][big]
T[D("x")]
{"a": D("x")}["b"]
D("x") + nothing
one(D("x"), nothing)
unset
two(D("x"), unset)
"""

STATEMENTS = """\
a = D("x")
a, b = b, a
a, *c = [D("x"), D("y"), D("z")]
a, b = D("x")
a, b = [D("x")]
a, b = [D("x"), D("y"), D("z")]
a, b = (x for x in [D("x"), D("y")])
[a, b] = {"k": D("x"), "l": D("y")}.values()
a += D("x")
a += b
n += D("x")
a[D("x")] = D("y")
a[b] = a
D("x")[D("y")] = D("z")
D("x")[1] = a
D("x")[1:2] = D("y")
D("x")[D("y"):D("z")] = D("w")
a[D("x")] += D("y")
D("x")[D("y")] += D("z")
[D("x"), D("y")][0] = D("z")
[D("x"), D("y")][9] = D("z")
c = [D("x"), D("y")]; c[0] = D("z"); c[1] = None
c = [D("x"), D("y")]; c[0], c[1] = c[1], c[0]
c = [D("x"), D("y")]; c[0] = one(c[0])
c = {"k": D("x")}; c["k"] = D("y"); c["l"] = D("z"); c.clear()
c = {D("k"): D("x")}; c[D("l")] = D("y")
c = [D("x")]; c.append(c.pop())
c = [D("x"), D("y")]; del c[0]
c = {"k": D("x")}; del c["k"]
del a[D("x")]
del D("x")[D("y")]
del D("x")[D("y"):]
del a
del a, b
del a; a = D("x")
a = a
b = a; a = D("x"); b = D("y")
D("x").q = D("y")
a.q = b
a.q = D("y")
a.q += D("y")
del D("x").q
del a.q
c = G(D("x")); c.x = D("y"); c.x = a
c = G(D("x")); c.x += D("y")
c = G(D("x")); del c.x
G(D("x")).x = D("y")
D("x")
D("x"), D("y")
one(D("x")), one(D("y"))
one(D("x")); one(D("y"))
for x in [D("x"), D("y"), D("z")]: one(x)
for x in (D("x"), D("y"), D("z")): one(x)
for x in D("x"): one(x)
for x in [D("x"), D("y")]: break
for x in [D("x"), D("y")]: x = D("z")
for x in [D("x"), D("y")]: del x
for x, y in [(D("x"), D("y")), (D("z"), D("w"))]: two(x, y)
for i, x in enumerate([D("x"), D("y")]): two(x)
for i, x in zip([1, 2], [D("x"), D("y")]): two(x)
for x in {"k": D("x")}.values(): one(x)
for k, x in {"k": D("x"), "l": D("y")}.items(): one(x)
for x in reversed([D("x"), D("y")]): one(x)
for x in [D("x"), D("y")]: fails(x)
for x in fails(D("x")): pass
for i in range(3): x = D(str(i))
for i in range(3): one(D(str(i)))
for i in range(3): a = a + b
for i in range(3): a, b = b, D(str(i))
for i in range(3): D("x") + D("y")
for i in range(D("x")): one(D("y"))
while one(D("x")): break
while n < 3: n += 1; one(D("x"))
if D("x"): one(D("y"))
if D("x") < D("y"): one(D("z"))
if D("x") is None: pass
assert D("x")
assert not D("x"), D("y")
raise ValueError(D("x"))
return D("x")
return one(D("x"))
return two(D("x"), D("y")), said()
return a
c = a; return c
c = lambda: a; one(c()); a = None; c = None
c = [lambda: x for x in [D("x"), D("y")]]; one(c[0]())
try: fails(D("x"))
try: one(D("x")); fails(D("y"))
try: a = D("x") + fails()
try: two(D("x"), nothing)
try: D("x")[fails()] = D("z")
try: return one(D("x"))
"""

FRAME = """\
def f{number}(n=0):
    a, b = D("a"), D("b")
    args = [D("A"), D("B")]
    big, sink = 2**70, Sink()
    if n > 5: unset = nothing = 1
    log.clear()
    {body}
    log.append("|")
    return said()
"""

#: so many in one process
TOGETHER = 12
#: functions and methods that the others call
CALLED = "one two drop rebinds star N.__init__ G.__init__ D.m D.m0 D.__add__ D.__getitem__ D.__init__"


def bodies():
    """Give what the functions do."""
    for one in EXPRESSIONS.splitlines():
        yield f"r = {one}"
        yield one
    for one in STATEMENTS.splitlines():
        ends = "\n    except Exception as e: log.append(type(e).__name__)\n    finally: log.append('f')"
        yield one + ends if one.startswith("try") else one


def made(chosen, called=""):
    """Make one program of some bodies."""
    source = WORLD + "".join(FRAME.format(number=number, body=body) for number, body in enumerate(chosen))
    names = [f"f{number}" for number in range(len(chosen))]
    calls = [f"g({name})" for name in names]
    return program(source, *calls, warm=calls, hinted=" ".join([*names, called]), verdict="any")


ALL = list(bodies())
GROUPS = [ALL[at : at + TOGETHER] for at in range(0, len(ALL), TOGETHER)]
#: what is no tuple is kept by the call on 3.13, and named arguments end in the order of the array that holds them
SPREAD = [body for body in ALL if "*" in body and not any(one in body for one in ("**{", "*[D", "*D("))]
PROGRAMS = {
    **{f"{group[0]} and {len(group) - 1} more": made(group) for group in GROUPS},
    "called with hints": made(SPREAD, CALLED),
}
