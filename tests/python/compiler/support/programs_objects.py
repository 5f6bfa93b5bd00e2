"""Lists, tuples, dicts, instances: aliases, lifetimes, what runs when something is freed."""

from programs import program

LOG = """
LOG = []
class D:
    def __init__(self, name='d'): self.name = name
    def __del__(self): LOG.append(self.name)
"""

PROGRAMS = {
    "indices": program(
        "def f(t, i): return t[i]",
        *(f"f({t}, {i})" for t in ("[1, 2, 3]", "(1, 2, 3)", "'abc'") for i in (0, -1, -3, 3, -4, "True")),
        warm="f([1, 2], 1)",
        verdict="any",
    ),
    "a key that is no int": program(
        "def f(t, i): return t[i]",
        "f([1, 2], 1.0)",
        "f([1, 2], 2**70)",
        "f({1: 2}, 1)",
        "f([1, 2, 3], slice(1, None))",
        warm="f([1, 2], 1)",
        verdict="any",
    ),
    "stores": program(
        """\
def f(xs, i, v):
    xs[i] = v
    return xs""",
        "f([1, 2], -1, 'x')",
        "f([1, 2], 2, 0)",
        "f([1, 2], -3, 0)",
        "f({}, 1, 2)",
        "f((1,), 0, 2)",
        warm="f([1, 2], 0, 5)",
        verdict="any",
    ),
    "a store over what was read": program(
        """\
def f(xs):
    a = xs[0] + xs[1]
    xs[0] = 2.5
    return a + xs[0], xs[-1], a""",
        "f([1, 2])",
        "f([1.5, 2])",
    ),
    "swapped items": program(
        """\
def f(xs, i, j):
    xs[i], xs[j] = xs[j], xs[i]
    return xs""",
        "f([1, 'a', None], 0, 2)",
        "f([1, 2], 0, 5)",
    ),
    "a list that changes under its loop": program(
        """\
def f(l):
    t = 0
    for x in l:
        t += x
        if t < 20: l.append(t)
        if t > 30: l.clear()
    return t, l""",
        "f([1, 2, 3])",
    ),
    "loops over all kinds": program(
        """\
def f(xs):
    r = []
    for x in xs: r.append(x)
    return r""",
        "f([1, 2])",
        "f((1, 'a'))",
        "f('abc')",
        "f({1: 2})",
        "f(range(3))",
        "f(iter([1]))",
        "f(5)",
        "f(i * 2 for i in range(3))",
        warm="f([1, 2])",
        verdict="any",
    ),
    "an iterator that raises": program(
        """\
def g():
    yield 1
    raise ValueError('stop')
def f(xs):
    t = 0
    for x in xs: t += x
    return t""",
        "f(g())",
        "f([1])",
        verdict="any",
    ),
    "unpacking": program(
        """\
def f(t):
    a, b = t
    return a, b""",
        "f((1, 2))",
        "f([1, 2])",
        "f('ab')",
        "f((1, 2, 3))",
        "f((1,))",
        "f(7)",
        "f(iter([1, 2]))",
        warm="f((1, 2))",
        verdict="any",
    ),
    "a local unpacked over itself": program(
        """\
def f(t):
    t, u = t
    return t, u""",
        "f(([1], [2]))",
        "f([[1], [2]])",
        verdict="any",
    ),
    "slices": program(
        "def f(x, a, b): return x[a:b], x[:a], x[::b]",
        "f([1, 2, 3, 4], 1, 3)",
        "f('hello', -3, 2)",
        "f((1, 2), 0, 0)",
        "f(5, 1, 2)",
        warm="f([1, 2, 3], 1, 2)",
    ),
    "comprehensions": program(
        "def f(xs, n): return [x * n for x in xs if x], {x: n for x in xs}, {x % 3 for x in xs}",
        "f([1, 2, 3], 2)",
        "f([1, 'a'], 2)",
        "f([[]], 1)",
    ),
    # What the comprehension's variable was is on the stack, first nothing, then what is known once the loop was seen.
    "a comprehension over the name of a loop before it": program(
        """\
def f(xs, n):
    found = None
    for x in xs:
        if x > n: found = x
        elif found: return xs, found
    names = ','.join([str(x) for x in xs if x])
    return names, {x: n for x in xs}, found, x""",
        "f([1, 2], 1)",
        "f([3, 1], 2)",
        "f([], 1)",
        "f([0.5, 2.5], 1)",
        "f([0.5, 'a'], 1)",
        "f([[1], [0]], [])",
    ),
    "displays": program(
        "def f(a, b): return [a, b], (a, b), {a: b}, {a, b}, [*a] if isinstance(a, list) else a, f'{a}{b!r:>5}'",
        "f(1, 2)",
        "f(1.5, 'x')",
        "f([], 1)",
    ),
    "a key that cannot be hashed": program("def f(k): return {k: 1}", "f([])", "f(1.5)", warm="f('a')"),
    "dicts": program(
        """\
def f(d, k):
    if k in d: d[k] += 1
    else: d[k] = 1
    return d, d.get(k), len(d), d[k], k not in d""",
        "f({}, 'a')",
        "f({1: 2}, 1)",
        "f({}, [])",
        "f({'a': 'x'}, 'a')",
    ),
    "texts": program(
        "def f(s, n): return s + 'x', s * n, s < 'm', 'a' in s, s[0], len(s), str(n), s.upper(), ''.join([s, s])",
        "f('abc', 2)",
        "f('', 1)",
        "f('z', -1)",
    ),
    "__eq__ clears the list": program(
        """\
class E:
    def __eq__(s, o): X.clear(); return False
X = []
def f(xs, o): return xs[0] == o, len(xs)""",
        "(X.extend([[1], 2]), f(X, E()))[1]",
        "(X.extend([E(), 2]), f(X, 5))[1]",
        warm="f([1, 2], 3)",
    ),
    "__del__ clears the list": program(
        """\
class D:
    def __del__(self): X.clear()
X = []
def f(xs, o): return xs[0], o.pop().__class__.__name__, len(xs)""",
        "(X.extend([[1], 2, 3]), f(X, [D()]))[1]",
        warm="f([1, 2], [D()])",
    ),
    "__del__ at a store": program(
        LOG + "def f(xs, a):\n    xs[0] = a\n    LOG.append('after')\n    return LOG[-4:]",
        "f([D('old')], 1)",
        "f([D('x')], 2.5)",
    ),
    "__del__ at an assignment": program(
        LOG
        + """\
def f(n):
    x = D('first')
    x = n + 1
    LOG.append('after')
    return LOG[-4:]""",
        "f(1)",
        "f(2.5)",
    ),
    "__del__ of locals at the end": program(
        LOG + "def f(n):\n    a = D('a')\n    b = D('b')\n    c = D('c')\n    return n", "(f(1), LOG[-3:])", "f(2)"
    ),
    "__del__ of a temporary": program(LOG + "def f(n): return (D('t').name, n, len(LOG) > 0)", "f(1)", "LOG[-2:]"),
    "__del__ looks at the frame": program(
        """\
import sys
SEEN = []
class D:
    def __del__(self):
        f = sys._getframe(1)
        SEEN.append((f.f_code.co_name, f.f_lineno, sorted(f.f_locals.items(), key=str)))
def f(n):
    x = n * 2
    l = [D()]
    l[0] = x
    y = x + 1
    return y""",
        "(f(3), SEEN[-1])",
        "(f(2.5), SEEN[-1])",
    ),
    "__del__ changes a global": program(
        """\
G = 1
class D:
    def __del__(self):
        global G
        G += 1
def f(l):
    a = G
    l[0] = 0
    return a, G, G - a""",
        "f([D()])",
        verdict="any",
    ),
    "instances": program(
        """\
class K:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def add(self, o): return K(self.x + o.x, self.y * o.y)
def f(a, b):
    k = K(a, b)
    for i in range(5): k = k.add(k)
    return k.x, k.y, sorted(vars(k))""",
        "f(1, 2)",
        "f(1.5, 'a')",
        "f(2**62, 1.0)",
        hinted="K.__init__ K.add f",
        warm="f(1, 0.5)",
    ),
    "slots": program(
        """\
class S:
    __slots__ = ('a', 'b')
    def __init__(self, a): self.a = a
def f(x):
    s = S(x)
    s.a = s.a * 2
    r = s.a
    if x == 7: return s.b
    s.b = r
    return r, s.b""",
        "f(1)",
        "f(7)",
        "f('x')",
        hinted="S.__init__ f",
    ),
    "an attribute that is missing": program(
        """\
class K: pass
O = K()
O.x = 1
def f(o): return o.x""",
        "f(K())",
        "f(5)",
        "f(O)",
        warm="f(O)",
    ),
    "the order of attributes": program(
        """\
class K:
    def __init__(self, c):
        if c: self.b = 1
        self.a = 2
        if not c: self.b = 3
def f(c): return list(vars(K(c)).items())""",
        "f(0)",
        "f(1)",
        hinted="K.__init__ f",
    ),
    "an instance whose dict was taken": program(
        """\
class K:
    def __init__(self): self.x = 1
def f(o):
    o.x = o.x + 5
    return o.x, o.__dict__""",
        "f(K())",
        "(lambda o: (o.__dict__, f(o)))(K())",
        "(lambda o: (setattr(o, '__dict__', {'x': 9}), f(o)))(K())",
    ),
    "__init__ that raises": program(
        LOG
        + """\
class K:
    def __init__(self, n): self.n = 1 // n
    def __del__(self): LOG.append('k')
def f(n): return K(n).n""",
        "(f(0),)",
        "len(LOG)",
        "f(2)",
        hinted="K.__init__ f",
        warm="f(3)",
    ),
    "__init__ that returns something": program(
        """\
class K:
    def __init__(self, n): return n
def f(n): return K(n) is None""",
        "f(1)",
        "f(None)",
        hinted="K.__init__ f",
        warm="f(None)",
    ),
    "operators of classes": program(
        """\
class V:
    def __init__(self, x): self.x = x
    def __add__(self, o): return V(self.x + o.x)
    def __lt__(self, o): return self.x < o.x
    def __getitem__(self, i): return self.x * i
    def __len__(self): return 3
    def __bool__(self): return self.x > 1
    def __contains__(self, y): return y == self.x
def f(a, b): return (a + b).x, a < b, a[2], len(a), 1 if a else 2, 5 in a, not b""",
        "f(V(1), V(5))",
        "f(V(5), V(0.5))",
        hinted="V.__init__ V.__add__ V.__getitem__ f",
    ),
    "references stay even": program(
        """\
import sys
X = object()
def h(): return X
def g(a): return a
def f(n):
    l = [h(), g(X)]
    d = {1: X}
    for i in range(n): l[0] = X; d[2] = h(); t = (X, l[1])
    a, b = t
    return [x is X for x in l]""",
        "(lambda a: (f(5), sys.getrefcount(X) - a))(sys.getrefcount(X))",
        hinted="g f",
    ),
    "references after exits": program(
        """\
import sys
X = object()
def f(a, b):
    l = [X, X]
    return (X, l[0], a + b, -a, l)""",
        "(lambda n: (f(2**63 - 1, 1)[2], sys.getrefcount(X) - n))(sys.getrefcount(X))",
        "(lambda n: (f(1.5, 2)[2], sys.getrefcount(X) - n))(sys.getrefcount(X))",
        warm="f(1, 2)",
    ),
}
