"""Globals, builtins, functions and classes that change; names that are not bound."""

from programs import program

PROGRAMS = {
    "a callee sets a global": program(
        """\
G = 1
def h():
    global G
    G += 1
def f(): return G, h(), G""",
        "f()",
        verdict="any",
    ),
    "a callee frees a global": program(
        """\
G = [1, 2]
def h():
    global G
    G = None
    return [7] * 5
def k(a, b): return list(a), b
def f(): return k(G, h())""",
        "f()",
        warm="0",
        change="f()\nG = [1, 2]",
        verdict="any",
    ),
    "a global is replaced": program(
        """\
G = [1]
def f(): return G""",
        "f()",
        change="G = (4, 5)\njunk = [[9] * 3 for _ in range(50)]",
    ),
    "a global goes": program(
        """\
G = [1]
def f(): return G""",
        "f()",
        change="del G",
    ),
    "a builtin is shadowed": program("def f(x): return len(x), abs(-1.5)", "f([1])", change="len = lambda x: 'mine'"),
    "a callee is replaced": program(
        """\
def g(x): return x + 1
def f(x): return g(x)""",
        "f(1)",
        hinted="g f",
        change="def g(x): return 'new'",
    ),
    "code is replaced": program(
        """\
def f(x): return x + 1
def g(x): return x + 2""",
        "f(1)",
        change="f.__code__ = g.__code__",
    ),
    "defaults are replaced": program(
        "def f(x, y=1, *, z=2): return x, y, z", "f(0)", "f(0, z=5)", "f(y=3, x=1)", change="f.__defaults__ = (7,)"
    ),
    "keyword defaults in place": program("def f(x, *, z=2): return x, z", "f(0)", change="f.__kwdefaults__['z'] = 9"),
    "wrong calls": program("def f(x, y): return x", "f(1)", "f(1, 2, 3)", "f(1, z=2)", "f(x=1, y=2)", warm="f(1, 2)"),
    "a method is replaced": program(
        """\
class K:
    def m(self): return 1
def f(o): return o.m()""",
        "f(K())",
        hinted="K.m f",
        change="K.m = lambda self: 2",
    ),
    "an attribute hides a method": program(
        """\
class K:
    def m(self): return 1
def f(o): return o.m()""",
        "f(O)",
        warm="f(K())",
        change="O = K()\nO.m = lambda: 'mine'",
        verdict="any",
    ),
    "a property hides an attribute": program(
        """\
class K:
    def __init__(self): self.x = 1
o = K()
def f(o): return o.x""",
        "f(o)",
        change="K.x = property(lambda s: 'p')",
    ),
    "__class__ is assigned": program(
        """\
class K:
    def m(self): return 1
class L:
    def m(self): return 2
def h(o): o.__class__ = L
def f(o): return o.m(), h(o), o.m()""",
        "f(K())",
        verdict="any",
    ),
    "__init__ is replaced": program(
        """\
class K:
    def __init__(self, x): self.x = x
def f(x): return K(x).x""",
        "f(1)",
        hinted="K.__init__ f",
        change="def init(self, x): self.x = 'new'\nK.__init__ = init",
    ),
    "a class gets another one's address": program(
        """
        import gc
        def make(tag):
            class K:
                def __init__(self): self.x = tag; self.y = -1
            return K
        def f(o): return o.x
        K = make(1)
        """,
        "[f(make(2)()) for _ in range(30)][-1]",
        warm="f(K())",
        change="K = None; gc.collect()",
    ),
    "unbound": program(
        """\
def f(c):
    if c: x = 1
    return x""",
        "f(0)",
        "f(1)",
        warm="f(1)",
    ),
    "unbound, unboxed, in a loop": program(
        """\
def f(n, c):
    for i in range(n):
        if i == c: x = i * 2
    return x, i""",
        "f(5, 9)",
        "f(5, 3)",
        "f(0, 0)",
        warm="f(5, 2)",
    ),
    "deleted": program(
        """\
def f(a):
    x = a + 1
    del x
    return x""",
        "f(1)",
        "f(2.5)",
    ),
    "a comprehension over an unbound name": program(
        """\
def f(c, xs):
    if c: x = 1
    ys = [x + 1 for x in xs]
    return ys, x""",
        "f(0, [1, 2, 2.5])",
        "f(1, [1, 2])",
        "f(0, [1, 'a'])",
        warm="f(1, [1, 2])",
    ),
    "a lazy import": program(
        """\
import sys
if sys.version_info >= (3, 15):
    exec("lazy import fractions\\nlazy from colorsys import rgb_to_hsv")
else:
    import fractions
    from colorsys import rgb_to_hsv
def f(a): return fractions.Fraction(a), rgb_to_hsv(a, 0, 0)
def g(a): return a and rgb_to_hsv(a, 0, 0)""",
        "f(1)",
        "g(1)",
        hinted="f g",
        warm=("g(0)",),
        verdict="any",
    ),
    "a missing global": program(
        """\
def f(x):
    if x: return nothing
    return 1""",
        "f(1)",
        "f(0)",
        warm="f(0)",
    ),
    "cells": program(
        """\
def f(a):
    b = a + 1
    def g(): return a, b
    return g()""",
        "f(3)",
        "f(2.5)",
        "f('x')",
        verdict="any",
    ),
    "a cell that an inner function sets": program(
        """\
def f(n):
    t = 0
    def add(x):
        nonlocal t
        t += x
    for i in range(n): add(i)
    return t""",
        "f(10)",
        verdict="any",
    ),
    "a recursive closure": program(
        """\
def make():
    def g(n): return 1 if n < 1 else n * g(n - 1)
    return g
f = make()""",
        "f(5)",
        "f(30)",
    ),
    "arguments of many kinds": program(
        "def f(a, b, c): return a, b, c", "f(1, 'a', None)", "f(1.5, [], True)", "f(2**70, 1, 2)", warm="f(1, 2.5, 'x')"
    ),
    "*args": program("def f(*a): return a", "f(1, 2)", verdict="varargs"),
    "**kwargs": program("def f(**k): return k", "f(x=1)", verdict="varkeywords"),
    "a generator": program(
        """\
def f(a):
    yield a""",
        "list(f(3))",
        verdict="generator",
    ),
    "too many locals": program(
        "def f(a):\n" + "".join(f"    x{i} = {i}\n" for i in range(260)) + "    return a.foo",
        "f(3)",
        verdict="too-many-locals",
    ),
    "names beyond 255": program(
        """\
class K:
    def __init__(self): self.target = 't'; self.n0 = 'wrong'
class L(K): pass
def f(o, z):
"""
        + "".join(f"    if z: o.n{i}\n" for i in range(300))
        + "    return o.target",
        "f(K(), 0)",
        "f(L(), 0)",
    ),
}
