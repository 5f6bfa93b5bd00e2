"""Scenes: methods, and all that CPython calls on its own: properties, operators, protocols."""

CLASSES = {}


def _class(body, use, targets, before="", each=""):
    return f"""
{before}
class C:
{body}
def drive(n):
    c = C()
    t = 0
    for i in range(n):
        {each}
        {use}
    return t
TARGETS = [{targets}]
"""


CLASSES["method"] = _class("    def step(self, a):\n        note(A())\n        return a", "t += c.step(i)", "C.step")
CLASSES["static method"] = _class(
    "    @staticmethod\n    def step(a):\n        note(A())\n        return a", "t += C.step(i)", "C.step"
)
CLASSES["class method"] = _class(
    "    @classmethod\n    def step(cls, a):\n        note(A())\n        return a", "t += C.step(i)", "C.step"
)
CLASSES["property"] = _class(
    "    @property\n    def value(self):\n        note(A())\n        return 1", "t += c.value", "C.value.fget"
)
CLASSES["__getitem__"] = _class(
    "    def __getitem__(self, a):\n        note(A())\n        return a", "t += c[i]", "C.__getitem__"
)
CLASSES["__init__"] = _class(
    "    def __init__(self, a=0):\n        note(A())\n        self.a = a", "t += C(i).a", "C.__init__"
)
CLASSES["__call__"] = _class(
    "    def __call__(self, a):\n        note(A())\n        return a", "t += c(i)", "C.__call__"
)
CLASSES["__add__"] = _class("    def __add__(self, a):\n        note(A())\n        return a", "t += c + i", "C.__add__")
CLASSES["__eq__ and __bool__"] = _class(
    "    def __eq__(self, a):\n        note(A())\n        return self\n"
    "    def __bool__(self):\n        note(A())\n        return True",
    "t += 1 if c == i else 0",
    "C.__eq__, C.__bool__",
)
CLASSES["__getattr__"] = _class(
    "    def __getattr__(self, name):\n        note(A())\n        return 1", "t += c.missing", "C.__getattr__"
)
CLASSES["__getattribute__"] = _class(
    "    def __getattribute__(self, name):\n        note(A())\n        return 1", "t += c.any", "C.__getattribute__"
)
CLASSES["descriptor"] = _class(
    "    d = D()",
    "t += c.d",
    "D.__get__",
    before="class D:\n    def __get__(self, one, kind=None):\n        note(A())\n        return 1",
)
CLASSES["__next__"] = _class(
    "    def __iter__(self):\n        self.left = 3\n        return self\n"
    "    def __next__(self):\n        note(A())\n        self.left -= 1\n"
    "        if self.left < 0:\n            raise StopIteration\n        return 1",
    "for x in c: t += x",
    "C.__next__",
)
CLASSES["super"] = _class(
    "    def step(self, a):\n        note(A())\n        return a",
    "t += d.step(i)",
    "C.step, D.step",
    each="if not i: D = globals()['D']; d = D()",
).replace(
    "def drive", "class D(C):\n    def step(self, a):\n        note(A())\n        return super().step(a)\ndef drive"
)
CLASSES["inherited and overridden"] = (
    _class(
        "    def step(self, a):\n        note(A())\n        return a",
        "t += kinds[i & 1].step(i)",
        "C.step",
        each="kinds = kinds if i else (C(), D())",
    )
    .replace("def drive", "class D(C):\n    pass\ndef drive")
    .replace("    t = 0", "    t = 0; kinds = None")
)
CLASSES["dataclass method"] = """
import dataclasses
@dataclasses.dataclass
class P:
    x: int
    def norm(self):
        note(A())
        return self.x
def drive(n):
    t = 0
    for i in range(n):
        t += P(i).norm()
    return t
TARGETS = [P.norm]
"""
