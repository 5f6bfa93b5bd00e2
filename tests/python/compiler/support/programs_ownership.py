"""Who holds what and for how long, where values go through calls; and what is evaluated once, and only once."""

from programs import program

LOG = """\
log = []
class D:
    def __init__(self, name): self.name = name
    def __del__(self): log.append(self.name)
def said(*more):
    told = log[:], *more
    log.clear()
    return told
"""

PROGRAMS = {
    "a callee deletes a temporary": program(
        LOG
        + """\
def g(x):
    log.append("in")
    del x
    log.append("out")
def f(): return g(D("t")), said()""",
        "f()",
        hinted="g f",
    ),
    "a callee rebinds a temporary": program(
        LOG
        + """\
def g(x, y):
    x = y
    log.append("rebound")
    y = None
    log.append("left")
    return x.name
def f(): return g(D("a"), D("b")), said()""",
        "f()",
        hinted="g f",
    ),
    "temporaries that a callee only looks at end in the order of its locals": program(
        LOG
        + """\
def g(x, y, z): return 1
def h(x, y, z):
    x = 1
    return x
def f():
    g(D("a"), D("b"), D("c")), log.append("|"), h(D("d"), D("e"), D("f")), log.append("|")
    g(z=D("g"), x=D("h"), y=D("i"))
    return said()
def by_the_interpreter():
    g(D("a"), D("b"), D("c")), log.append("|"), h(D("d"), D("e"), D("f")), log.append("|")
    g(z=D("g"), x=D("h"), y=D("i"))
    return said()""",
        "f()",
        "by_the_interpreter()",
        hinted="g h f",
    ),
    "only the callee deletes a temporary": program(
        LOG
        + """\
def g(x):
    del x
    log.append("out")
def f(): return g(D("t")), said()""",
        "f()",
        hinted="g",
    ),
    "a list is emptied by its last holder": program(
        LOG
        + """\
def g(xs):
    n = len(xs)
    xs = None
    log.append("gone")
    return n
def f(): return g([D("1"), D("2")]), said()""",
        "f()",
        hinted="g f",
    ),
    "a temporary that an exception keeps": program(
        LOG
        + """\
def g(x):
    if x.name: raise ValueError(x.name)
def f():
    try: g(D("t"))
    except ValueError as e: log.append("caught")
    log.append("after")
    return said()""",
        "f()",
        hinted="g f",
        verdict="any",
    ),
    "temporaries of an expression that raises": program(
        LOG
        + """\
def f(n):
    try: return D("a"), [D("b"), 1 // n]
    except ZeroDivisionError: log.append("caught")
    return said()""",
        "f(0)",
    ),
    "the receiver of a method": program(
        LOG
        + """\
class E(D):
    def m(self):
        name = self.name
        del self
        log.append("in m")
        return name
def f(): return E("r").m(), said()""",
        "f()",
        hinted="E.m f",
    ),
    "a loop variable keeps the last item": program(
        LOG
        + """\
def f(n):
    for k in range(n):
        d = D(k)
        log.append("pass")
    del k
    return said()""",
        "f(3)",
    ),
    "items of a list that is popped": program(
        LOG
        + """\
def f(n):
    xs = [D(k) for k in range(n)]
    while xs:
        x = xs.pop()
        log.append(len(xs))
    return said()""",
        "f(3)",
    ),
    "what a comprehension made and dropped": program(
        LOG
        + """\
def f(n):
    [D(k).name for k in range(n)]
    return said({D(k).name: D(-k).name for k in range(n)})""",
        "f(3)",
    ),
    "operands end in the interpreter's order": program(
        LOG
        + """\
class E(D):
    def __add__(self, other): return 3
    def __pow__(self, other): return 1
    def __lt__(self, other): return True
    def __contains__(self, one): return True
    def __setitem__(self, key, value): pass
    def __delitem__(self, key): pass
    def __call__(self, *a, **k): return 1
def get(s): return s
class G(D):
    __getitem__ = staticmethod(list().append)
def f():
    told = [said(E("s") + D("x")), said(E("s") ** D("x")), said(E("s") < D("x"))]
    told += [said(D("x") in E("s")), said(E("s") is D("x")), said(E("s")(D("a"), D("b")))]
    told += [said(E("s")(D("a"), k=D("b")))]
    told += [said((E("s"), D("x"))), said([D("a")].index), said(isinstance(E("s"), D))]
    told += [said(G("s")[D("a"):D("b")] is 3)]
    E("s")[D("k")] = D("v")
    del E("t")[D("k")]
    E("u").a = D("v")
    return told, said()""",
        "f()",
        verdict="any",
    ),
    "ways to pass a temporary": program(
        LOG
        + """\
import functools, operator
def g(x, y=None, *, z=None):
    log.append("in")
    del x
    log.append("mid")
    y = z = 1
    log.append("out")
def made():
    c = D("cell")
    def inner(x):
        del x
        log.append("inner")
        return c.name
    return inner
def k(name): return D(name)
class E(D):
    def __call__(self, x):
        del x
        log.append("called")
def f():
    told = [said(g(x=D("x"), z=D("z"))), said(list(map(g, [D("1"), D("2")])))]
    told += [said(functools.partial(g, D("p"))(D("q")))]
    told += [said(g(D("a"), D("b"), z=D("c"))), said(operator.call(g, D("o"))), said(made()(D("x")))]
    told += [said(E("s")(D("x")))]
    told += [said(g(k("a"), k("b"))), said((lambda d: g(d, d))(D("d"))), said(g((w := D("w")), 2))]
    w = None
    return told, said(sorted([D("1"), D("2")], key=lambda d: d.name) and None)""",
        "f()",
        hinted="g k E.__call__ f",
        verdict="any",
    ),
    "ways to pass a temporary, from a caller without a hint": program(
        LOG
        + """\
import functools, operator
def g(x, y=None, *, z=None):
    log.append("in")
    del x
    log.append("mid")
    y = z = 1
    log.append("out")
def k(name): return D(name)
def f():
    told = [said(g(x=D("x"), z=D("z"))), said(list(map(g, [D("1"), D("2")])))]
    told += [said(functools.partial(g, D("p"))(D("q")))]
    told += [said(g(D("a"), D("b"), z=D("c"))), said(operator.call(g, D("o"))), said(g(k("a"), k("b")))]
    told += [said((lambda d: g(d, d))(D("d"))), said(g((w := D("w")), 2))]
    w = None
    return told, said()""",
        "f()",
        hinted="g k",
        verdict="any",
    ),
    "a negated result": program(
        """\
import sys
V = 10 ** 6 + 1
def h(): return V
def f(): return -h()""",
        "f()",
        "[f() for _ in range(99)] and sys.getrefcount(V) < 50",
        hinted="f",
    ),
    "an instance whose construction fails is given back": program(
        LOG
        + """\
class K(D):
    def __init__(self, n):
        self.name = n
        1 // n
def f(n):
    try: return K(n).name
    except ZeroDivisionError as e: return said(str(e))""",
        "f(0)",
        "f(2)",
        "said()",
        hinted="K.__init__ f",
        warm=("f(3)",),
    ),
    "an argument is evaluated once where its receiver is new": program(
        """\
class A:
    def area(self, k): return k
class B:
    def area(self, k): return -k
class C:
    def area(self, k): return k * 10
class N:
    __slots__ = ()
    def area(self, k): return k * 100
def f(objects):
    numbers = iter(range(9))
    return [o.area(next(numbers)) for o in objects], next(numbers)""",
        "f([A(), A()])",
        "f([A(), C(), B(), N(), A()])",
        hinted="A.area B.area f",
        verdict="any",
    ),
    "__iter__ is called once": program(
        """\
calls = []
class I:
    def __iter__(self):
        calls.append(1)
        return iter((1, 2))
def f(o):
    calls.clear()
    return [x for x in o], [x + y for x in o for y in o], {x for x in o}, len(calls)""",
        "f(I())",
        "f([1])",
    ),
    "a bool through calls of compiled functions": program(
        """\
def g(x): return x
def h(x): return g(x) + 1
def f(a): return g(a < 3), g(a == 3) is False, h(a > 3)""",
        "f(1)",
        "f(5)",
        hinted="g h f",
        warm=("g(1)", "h(1)", "f(1)"),
    ),
    "an int for a float parameter of a compiled function": program(
        """\
def g(x, y): return x, y, x * y
def f(a): return g(a, a)""",
        "f(3)",
        "f(True)",
        "f(2 ** 70)",
        hinted="g f",
        warm=("g(1.0, 2.0)", "f(1.5)"),
    ),
    "a float comes back through ten compiled functions": program(
        "".join(f"def f{n}(x): return f{n + 1}(x)\n" for n in range(10)) + "def f10(x): return x * 0.5",
        "f0(3.0)",
        "f0(3)",
        "f0('a')",
        hinted=" ".join(f"f{n}" for n in range(11)),
    ),
    "a power that is very small": program(
        "def f(x, y): return x ** y",
        "f(1.1, -7500.0)",
        "f(2.0, -1060.5)",
        "f(3.0, 700.0)",
        "f(0.0, -1.0)",
        warm=("f(1.5, 2.5)",),
    ),
    "a float compared with anything": program(
        "def f(x): return x == 1.5, x != 1.5",
        "f(True)",
        "f(10 ** 400)",
        "f(2 ** 53 + 1)",
        "f('a')",
        "f(None)",
        warm=("f(2.5)",),
    ),
    "depth through constructors": program(
        """\
import sys
class K:
    def __init__(self, n):
        self.n = n
        deepest[0] = n
        self.k = K(n + 1)
deepest = [0]
def f():
    try: K(0)
    except RecursionError as e: return deepest[0], type(e).__name__
def at(limit):
    # 3.14 itself counts some of these calls twice and others once, by where a chunk of its data stack ends.
    if sys.version_info[:2] == (3, 14): return None
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try: return f()
    finally: sys.setrecursionlimit(before)""",
        "at(60)",
        "at(61)",
        "at(72)",
        hinted="K.__init__ f",
        warm=("at(50)",),
        verdict="any",
    ),
    "depth through methods and closures": program(
        """\
import sys
class K:
    def __init__(self): self.deepest = 0
    def m(self, n):
        self.deepest = n
        return self.m(n + 1)
def made(seen):
    def inner(n):
        seen[0] = n
        return inner(n + 1)
    return inner
inner = made(seen := [0])
def f(what):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(140)
    k = K()
    try: (k.m if what else inner)(0)
    except RecursionError: return k.deepest, seen[0]
    finally: sys.setrecursionlimit(before)""",
        "f(0)",
        "f(1)",
        hinted="K.m inner",
        verdict="any",
    ),
    "depth where calls alternate with uncompiled ones": program(
        """\
import sys
deepest = [0]
def a(n):
    deepest[0] = n
    return b(n + 1)
def b(n): return max(a(n + 1), n)
def f():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(133)
    try: a(0)
    except RecursionError as e: return deepest[0], str(e)
    finally: sys.setrecursionlimit(before)""",
        "f()",
        hinted="a",
        verdict="any",
    ),
}
