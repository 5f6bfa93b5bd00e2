"""When temporaries end, for every way in which an instruction takes its operands; and which locals are seen then.

Stores into several locals by one instruction are left out: the values that they replace end behind the last of them.
"""

from programs import program
from temporaries_bodies import EXPRESSIONS, STATEMENTS

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
