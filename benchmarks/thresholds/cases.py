"""What is counted: functions ``f`` and the unit in which they are repeated."""

import collections

#: ``unit``: calls (with ``arguments``), iterations (``f`` is called once with their number) or items (the same, of a
#: generator); ``loops``: how many of its loops count, innermost first, 0 for the whole function and its entry
Case = collections.namedtuple("Case", "name unit loops source")

NESTED = """
def f(n):
    t = 0
    r = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    for i in range(n):
        for j in r:
            t = i * j - t
"""

CASES = [
    Case("function", "calls", 0, "g = 3\ndef f(a, b): return a + b * a - g\narguments = 5, 7\n"),
    Case(
        "method",
        "calls",
        0,
        "class A:\n"
        "    def __init__(self): self.x, self.y = 3, 4\n"
        "    def f(self, a): return self.x * self.y + a\n"
        "f = A.f\narguments = A(), 7\n",
    ),
    Case(
        "function that calls another",
        "calls",
        0,
        "def g(a): return a\ndef f(a, b): return g(a) + g(b) * a\narguments = 5, 7\n",
    ),
    Case(
        "loop of ten in a function",
        "calls",
        1,
        "def f(a):\n    t = 0\n    for i in range(10):\n        t = i * a - t\n    return t\narguments = (5,)\n",
    ),
    Case("loop", "iterations", 1, "def f(n):\n    t = 0\n    for i in range(n):\n        t = i * 2 - t\n"),
    Case(
        "while loop",
        "iterations",
        1,
        "def f(n):\n    t = i = 0\n    while i < n:\n        i += 1\n        t = i * 2 - t\n",
    ),
    Case("nested loops of ten, the inner one", "outer iterations", 1, NESTED),
    Case("nested loops of ten, both", "outer iterations", 2, NESTED),
    Case(
        "generator",
        "items",
        1,
        "def f(n):\n    t = 0\n    for i in range(n):\n        t = i * 2 - t\n        yield t\n",
    ),
]
