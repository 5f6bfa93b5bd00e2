"""What the tests of test_watchers.py have fresh interpreters run."""

import gc
import sys

from parts import part
from twins import make, tell, verdict

import jitctl
from jitctl import jit_focus, jit_once


def both(source, names, warm, play):
    found = []
    for hint in (None, jit_focus):
        g = make(source, names, hint, warm)
        try:
            found.append(repr(play(g)))
        except Exception as error:
            found.append(repr(error))
    tell(plain=found[0], compiled=found[1])


if part("a_global_that_a_callee_changes"):

    def play(g):
        return [g["f"]() for n in range(3)], g["G"], [(exec("G = []", g), g["f"]())[1] for n in range(3)]

    both("G = 1\ndef h():\n global G\n G = [G, 2]\n return len(G)\ndef f(): return G, h(), G", "f", "f()", play)
elif part("a_global_that_a_callee_frees"):

    def play(g):
        out = []
        for n in range(5):
            g["G"] = [1, 2, n]
            out.append(g["f"]())
        return out

    both(
        """
G = [1, 2, 3]
def h():
    global G
    G = None
    return [7] * 5
def k(a, b): return list(a), b
def f(): return k(G, h())
""",
        "f",
        "f(); G = [1, 2, 3]",
        play,
    )
elif part("builtins_that_are_shadowed_and_back"):

    def play(g):
        f, out = g["f"], [g["f"]([1])]
        g["len"] = lambda x: "mine"
        out.append(f([1]))
        del g["len"]
        out.append(f([1]))
        import builtins

        usual = builtins.len
        builtins.len = lambda x: "other"
        try:
            out.append(f([1]))
        finally:
            builtins.len = usual
        out.append(f([1]))
        g["__builtins__"] = {"len": lambda x: "third"}
        out.append(f([1]))
        exec("len = None", g)
        try:
            f([1])
        except TypeError as error:
            out.append(str(error))
        return out

    both("def f(x): return len(x)", "f", "f([1])", play)
elif part("a_global_that_goes_and_comes"):

    def play(g):
        f, out = g["f"], []
        for n in range(4):
            del g["G"]
            try:
                f()
            except NameError as error:
                out.append(str(error))
            g["G"] = n
            out.append(f())
        g.clear()
        try:
            f()
        except NameError as error:
            out.append(str(error))
        g.update(G=5)
        out.append(f())

        class K(str):
            pass

        g[K("G")] = 6
        out.append(f())
        g |= {"G": 7}
        out.append(f())
        g.setdefault("G", 8)
        g.pop("G")
        g.setdefault("G", 9)
        out.append(f())
        return out

    both("G = 0\ndef f(): return G", "f", "f()", play)
elif part("a_key_that_only_equals_the_name"):

    def play(g):
        class Odd:
            def __hash__(self):
                return hash("G")

            def __eq__(self, other):
                return other == "G"

        f, out = g["f"], [g["f"]()]
        g["".join(["G"])] = 1
        out.append(f())
        g[Odd()] = 2
        out.append(f())
        return out

    both("G = 0\ndef f(): return G", "f", "f()", play)
elif part("classes_that_change"):
    SOURCE = """
class B:
    def b(self): return "b"
class K(B):
    z = 1
    def __init__(self, x=1): self.x = x
    def m(self): return self.x
def f(o):
    t = 0
    for i in range(40): t = (t * 3 + i) % 1009
    return o.m(), o.b(), o.z, o.x, t
"""

    def play(g):
        K, B, f = g["K"], g["B"], g["f"]
        o, out = K(), []

        def look():
            try:
                out.append(f(o))
            except Exception as error:
                out.append(repr(error))

        look()
        K.m = lambda self: "new"
        look()
        B.b = lambda self: "base"
        look()
        K.b = lambda self: "nearer"
        look()
        del K.b
        look()
        o.m = lambda: "own"
        look()
        del o.m
        look()
        K.z = property(lambda self: "p")
        look()
        del K.z
        look()
        K.__getattr__ = lambda self, name: f"no {name}"
        look()
        usual = object.__getattribute__
        K.__getattribute__ = lambda self, name: f"any {name}" if name == "x" else usual(self, name)
        look()
        del K.__getattribute__, K.__getattr__
        K.z = 2
        look()

        class Other:
            def m(self):
                return "other"

            b = m
            z = x = 0

        class Twin(K):
            def m(self):
                return "twin"

        o.__class__ = Twin
        look()
        K.__bases__ = (Other,)
        look()
        o = K()
        o.__dict__["m"] = lambda: "dict"
        look()
        o.__dict__ = {"x": 9}
        look()
        o = Other()
        look()
        return out

    both(SOURCE, "f", "f(K())", play)
elif part("a_class_that_dies"):

    def make_class(tag, first):
        class K:
            def __init__(self):
                if first:
                    self.x = tag
                    self.y = -1
                else:
                    self.y = -1
                    self.x = tag

            def m(self):
                return self.x, tag

        return K

    def play(g):
        f = g["f"]
        out = []
        for n in range(30):
            out.append(f(make_class(n, n % 2)()))
            gc.collect()
        return out

    SOURCE = "class K:\n def __init__(self): self.x = 1\n def m(self): return self.x, 0\n"
    SOURCE += "def f(o):\n t = 0\n for i in range(40): t = (t * 3 + i) % 1009\n return o.x, o.m(), t\n"
    both(SOURCE, "f", "f(K())", play)
elif part("functions_that_change"):

    def play(g):
        f, h, out = g["f"], g["h"], []

        def look():
            try:
                out.append(f(1))
            except Exception as error:
                out.append(repr(error))

        look()
        h.__defaults__ = (20,)
        look()
        h.__kwdefaults__ = {"c": 30}
        look()
        h.__kwdefaults__["c"] = 300
        look()
        h.__code__ = (lambda a, b=0, *, c: ("other", a, b, c)).__code__
        look()
        g["h"] = lambda a: "third"
        look()
        g["h"] = h
        look()
        del g["h"]
        look()
        g["h"] = len
        look()
        return out

    both("def h(a, b=2, *, c=3): return a, b, c\ndef f(x): return h(x)", "h f", "f(1)", play)
elif part("a_change_in_the_middle_of_a_loop"):

    def play(g):
        f = g["f"]
        out = [f(10)]

        def change(n):
            if n == 4:
                g["G"] = 100
            if n == 7:
                g["step"] = lambda x: x * 2
            return n

        g["change"] = change
        out.append(f(10))
        return out

    both(
        """
G = 1
def change(n): return n
def step(x): return x + 1
def f(n):
    t = 0
    for i in range(n):
        t += step(i) * G
        change(i)
        t += step(i) * G
    return t
""",
        "f",
        "f(3)",
        play,
    )
elif part("changes_without_end"):
    G = 0

    @jit_focus
    def f():
        return G

    out = []
    for n in range(200):
        G = n
        out += [f() == n for _ in range(20)]
    told = jitctl.stats(f).verdict

    @jit_once
    def g():
        return G

    g()
    once = [verdict(g)]
    G = -1
    tell(right=all(out), code=told.code, advice=told.advice, once=[*once, g(), verdict(g)])
elif part("watchers_of_other_tools"):
    import ctypes

    api = ctypes.pythonapi
    seen = {"dict": 0, "type": 0, "function": 0}
    D = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    T = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
    F = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    def count(kind):
        def call(*a):
            seen[kind] += 1
            return 0

        return call

    kept = [D(count("dict")), T(count("type")), F(lambda *a: 0)]
    taken = []
    for add, callback in zip(
        (api.PyDict_AddWatcher, api.PyType_AddWatcher, api.PyFunction_AddWatcher), kept, strict=True
    ):
        n = 0
        while True:
            try:
                add(callback)
                n += 1
            except RuntimeError:
                break
        taken.append(n)
    G = 1

    @jit_focus
    def f(o):
        return G, o.m()

    class K:
        def m(self):
            return 1

    told = jitctl.stats(f).verdict
    out = []
    for n in range(20):
        G = n
        out.append(f(K()) == (n, 1))
    tell(taken=taken, code=told.code, right=all(out), now=verdict(f), advice=jitctl.stats(f).verdict.advice)
    sys.stdout.flush()
    import os

    os._exit(0)  # a callback of ctypes does not outlive the interpreter
