"""Calls between compiled functions: frames made when somebody looks, classes in turn, numbers that change names."""

from programs import program

LOOK = """
import sys, weakref
LOG = []
def names():
    frame, found = sys._getframe(2), []
    while frame is not None and frame.f_code.co_filename == sys._getframe(1).f_code.co_filename:
        found.append((frame.f_code.co_name, frame.f_lineno, sorted(map(str, frame.f_locals.items()))[:4]))
        frame = frame.f_back
    return found[:6]
class D:
    def __init__(self, name='d'): self.name = name
    def __del__(self): LOG.append((self.name, [name for name, *_ in names()]))
"""

PROGRAMS = {
    "a box that moves with its number": program(
        """\
def f(n):
    a, b, seen = 7919, 104_729, []
    for i in range(n):
        seen.append(b)
        a, b = b, a + b
        seen.append(a)
    return [x is y for x, y in zip(seen[::2], seen[1::2])], a, b""",
        "f(9)",
        "f(60)",
        "f(120)",
    ),
    "three names in a circle": program(
        """\
def f(n):
    a, b, c, seen = 1.5, 2.5, 1 << 40, []
    for i in range(n):
        seen.append((a, b, c))
        a, b, c = b, c, a + 1
    return [one[1] is next[0] and one[2] is next[1] for one, next in zip(seen, seen[1:])], a, b, c""",
        "f(20)",
        verdict="any",
    ),
    "an exception deep in calls without frames": program(
        """\
def g(x, n):
    return g(x, n - 1) + 1 if n else 10 // x
def f(x):
    return g(x, 5)""",
        "f(3)",
        "f(0)",
        hinted="g f",
    ),
    "a deep recursion ends where it should": program(
        """\
import sys
DEEPEST = 0
def g(n):
    return g(n + 1) + 1
def f():
    try:
        return g(0)
    except RecursionError as error:
        depth, at = 0, error.__traceback__
        while at:
            depth, at = depth + 1, at.tb_next
        return depth""",
        "f()",
        warm=(),
        hinted="g",
        verdict="any",
    ),
    "frames of callers that had none": program(
        LOOK
        + """
def leaf(x, a):
    return a / x
def middle(x, a):
    b = a * 2
    return leaf(x, b) + a
def f(x):
    return middle(x, 3.5)
class Odd(float):
    def __rtruediv__(self, other):
        LOG.append(names())
        return 1.0
""",
        "f(2.0)",
        "f(Odd(2.0)), LOG",
        "f(2.0)",
        "f(Odd(3.0)), LOG[-1]",
        hinted="leaf middle f",
    ),
    "the end of an object in a function without a frame": program(
        LOOK
        + """
class Box:
    __slots__ = ('item',)
def put(box, item):
    box.item = item
    return item
def f(box, name):
    put(box, D(name))
    put(box, None)
    return [name for name, _ in LOG]
""",
        "f(Box(), 'a')",
        "f(Box(), 'b'), LOG[-1]",
        hinted="put",
        verdict="any",
    ),
    "weak references to what ends": program(
        LOOK
        + """
class P:
    def __init__(self, x): self.x = x
def f(p, n):
    for i in range(n):
        p.x = P(i)
        if i == n - 2:
            weakref.finalize(p.x, lambda: LOG.append([name for name, *_ in names()]))
    return len(LOG)
""",
        "f(P(0), 4)",
        "f(P(0), 4), LOG",
    ),
    "what an instance held is freed with it": program(
        LOOK
        + """
class P:
    __slots__ = ('x',)
    def __init__(self, x): self.x = x
def f(p, x):
    p.x = P(x)
    p.x = None
    return p.x
""",
        "f(P(0), 1)",
        "f(P(0), D('last'))",
        "LOG",
    ),
    "methods of several classes in turn": program(
        """\
class A:
    def __init__(self, x): self.x = x
    def get(self): return self.x * self.x
class B(A):
    def get(self): return self.x + 1
class C:
    __slots__ = ('x',)
    def __init__(self, x): self.x = x
    def get(self): return -self.x
class E(A):
    pass
def f(many, n):
    t = 0.5
    for i in range(n):
        t += many[i % len(many)].get()
    return t""",
        "f([A(1.5), B(2), C(3)], 30)",
        "f([A(1.5), B(2.5), A(3), E(2**70)], 30)",
        "f([E('x')], 3)",
        "f([C(1j), A(True)], 30)",
        hinted="f",
        verdict="any",
        times=40,
    ),
    "an attribute that hides a method": program(
        """\
class A:
    def get(self): return 1
class B:
    def get(self): return 2
A1, A2, B1 = A(), A(), B()
def f(many, n):
    t = 0
    for i in range(n):
        t += many[i % len(many)].get()
    return t""",
        "f([A1, B1], 30)",
        "f([A1, B1, A2], 30)",
        "setattr(A2, 'get', lambda: 100), f([A1, B1, A2], 30)",
        "setattr(B, 'get', lambda self: 7), f([A1, B1, A2], 30)",
        verdict="any",
        times=40,
    ),
    "operators of a class": program(
        """\
class V:
    __slots__ = ('x',)
    def __init__(self, x): self.x = x
    def __add__(self, other):
        if self.x > 1000:
            return NotImplemented
        return V(self.x + other.x)
    def __radd__(self, other): return 'radd'
def f(a, b, n):
    for i in range(n):
        a = a + b
    return a if isinstance(a, str) else a.x
def g(a, b, n):
    for i in range(n):
        a += b
    return a.x""",
        "f(V(1), V(2), 300)",
        "g(V(1), V(2), 300)",
        "f(V(1), V(2.5), 3)",
        "f(V(995), V(2), 9)",
        "g(V(995), V(2), 9)",
        "f(1, V(2), 1)",
        "f(V(1), 2, 1)",
        hinted="f g",
        verdict="any",
        times=40,
    ),
    "an int where a float was": program(
        """\
def f(xs):
    t = 0.0
    for x in xs:
        t += x * x * 3.0
        t -= x
    return t""",
        "f([1.5, 2.5])",
        "f([1.5, 2, True, -0.0])",
        "f([2, 3])",
        "f([1.5, 2**60])",
        "f([1.5, 2**2000])",
        "f([1.5, 'x'])",
        "f([1.5, None])",
        "f([1.5, 1j])",
        verdict="any",
        times=40,
    ),
}
