"""Builtins that need no call (`min`, `max`, `ord`, `chr`, the order of texts), and what programs put in their place."""

from programs import program

NUMBERS = ("0", "-0.0", "0.0", "3", "3.0", "True", "2**70", "float('nan')", "'a'", "10**400")
CHARACTERS = ("'a'", "'\\u00e9'", "'\\u20ac'", "'\\U0001f600'", "'\\x00'")

PROGRAMS = {
    "other builtins in their place": program(
        """\
import builtins
def f(xs):
    t = []
    for i, x in enumerate(xs):
        t.append((i, x, min(i, x), max(i, x, 1), chr(97 + i), ord('a'), len(t), abs(-1.5)))
    for a, b in zip(xs, xs):
        t.append((a, b))
    return t""",
        "f([1, 2])",
        change="enumerate = lambda xs: [(7, 8)]; builtins.min = pow; ord = len; builtins.zip = enumerate",
    ),
    "other builtins in their place from the start": program(
        """\
import builtins
def fake(name): return lambda *a: name
REAL = {name: getattr(builtins, name) for name in 'len abs min max ord chr'.split()}
FAKE = {name: fake(name) for name in REAL} | {'ord': chr, 'chr': ord}
def f(n, xs, c):
    t = []
    for k in range(n):
        t.append((len(xs), abs(-2), min(1, k), max(1, k, 3), chr(c)))
    return t
def g(*a):
    for name in FAKE: setattr(builtins, name, FAKE[name])
    try:
        return f(*a)
    finally:
        for name in REAL: setattr(builtins, name, REAL[name])""",
        "g(3, [1, 2], 'c')",
        "f(3, [1, 2], 99)",
        "g(2, [1, 2], 'c')",
        verdict="any",
    ),
    "the least and the greatest": program(
        """\
def f(a, b, c):
    return min(a, b), max(a, b), min(a, b, c), max(a, b, c), min(a + 1, b + 1, c + 1), max(c * 2, b * 2, a * 2, 1)""",
        "f(1, 2, 3)",
        "f(1.5, 2.5, -1.0)",
        *(f"f({a}, {b}, 3)" for a in NUMBERS for b in NUMBERS),
        *(f"f(0.5, {a}, {b})" for a in NUMBERS for b in NUMBERS[:5]),
        times=4,
        verdict="any",
    ),
    "which of equal ones": program(
        """\
def f(xs, n):
    a, b, c = xs
    for _ in range(n):
        x, y = min(a, b, c), max(c, b, a)
    same = min(xs[0], xs[1]) is xs[0], max(xs[1], xs[0]) is xs[1]
    return [x is one for one in xs], [y is one for one in xs], same""",
        "f([10**6 + k for k in (1, 2, 3)], 3)",
        "f([int('1000000'), int('1000000'), int('1000001')], 3)",
        "f([float('1.5'), float('1.5'), float('2.5')], 3)",
        "f([0.0, -0.0, 0.0], 3)",
        "f([float('nan'), 1.0, float('nan')], 2)",
        "f([True, 1, 1.0], 2)",
        "f(['a', 'b', 'a'], 2)",
        verdict="any",
    ),
    "the least of neighbours": program(
        """\
def f(xs):
    t = 0
    for i in range(1, len(xs) - 1):
        t += min(xs[i - 1], xs[i], xs[i + 1]) - max(xs[i], i)
    return t""",
        "f([5, 3, 8, 1, 9])",
        "f([5, 2**70, 8, 1, 9])",
        "f([5, 3.5, 8, 1, 9])",
        "f([5.5, 3.5, 8.5, 1.5, 9.5])",
        "f([5, 'x', 8, 1, 9])",
        "f([5, None, 8])",
        times=6,
        verdict="any",
    ),
    "least with other arguments": program(
        """\
def f(xs):
    return min(xs), max(xs, default=3), min(*xs, 4), max(1, 2, key=lambda x: -x)""",
        "f([3, 1, 2])",
        "f((5,))",
        verdict="any",
    ),
    "characters and their numbers": program(
        """\
def f(c, n):
    return ord(c), chr(n), chr(ord(c)) == c, ord(chr(n)) == n, chr(n) is chr(n), (ord(c) - 1) * 2""",
        "f('a', 98)",
        *(
            f"f({c}, {n})"
            for c in ("'a'", "'\\u00e9'", "'\\u20ac'", "'\\U0001f600'", "'\\x00'")
            for n in (0, 97, 128, 255, 256, 0x10FFFF)
        ),
        *(f"f('a', {n})" for n in ("-1", "0x110000", "2**31", "2**40", "2**70", "True", "1.0", "'a'", "0xD800")),
        *(f"f({c}, 97)" for c in ("''", "'ab'", "b'a'", "b'ab'", "bytearray(b'a')", "7", "None")),
        times=4,
        verdict="any",
    ),
    "a sum of characters": program(
        """\
class Text(str): pass
def f(text):
    h = 7
    for c in text:
        h = (h * 31 + ord(c)) & 0xFFFFFFFF
    return h""",
        "f('hello')",
        "f('h\\u00e9llo')",
        "f(Text('hello'))",
        "f(['h', 'e'])",
        "f(['h', 'ell'])",
        "f([1])",
        times=6,
    ),
    "the order of texts": program(
        """\
def f(text):
    seen = []
    for c in text:
        seen.append(('a' <= c <= 'z', c < '0', c > 'm', 'm' >= c, c < c))
        seen.append((c < '\\u00e9', '\\u00e9' < c, c < 'mm', c >= ''))
    return seen""",
        "f('aMz0 ')",
        "f('a\\u00e9\\u20ac\\U0001f600')",
        "f(['a', 'mmm', '', 'm', '\\u00e9\\u00e9'])",
        "f(['a', 7])",
        "f(['a', b'a'])",
        times=6,
    ),
    "texts against a character": program(
        """\
class Text(str):
    def __eq__(self, other): return 'mine'
    def __lt__(self, other): return 'less'
    __hash__ = str.__hash__
def f(xs):
    seen = []
    for x in xs:
        seen.append((x == 'a', 'a' != x, x == '\\u00e9', x == '', x == '\\x00'))
    return seen""",
        "f(['a', 'b', 'ab', ''])",
        "f(['\\u00e9', '\\u0161', '\\U00010061', '\\u0161\\u0161'])",
        "f(['\\x00', '\\u0100'])",
        "f([Text('a'), 'a', 7, None, b'a'])",
        times=6,
        verdict="any",
    ),
}

ASKED = """\
class A: pass
class B(A): pass
class C:
    def __init__(self, of): self.of = of
    @property
    def __class__(self):
        seen.append('asked')
        return self.of
class D:
    def __getattribute__(self, name):
        seen.append(name)
        return object.__getattribute__(self, name)
class Meta(type):
    def __instancecheck__(cls, x):
        seen.append(('check', type(x).__name__))
        return True
class E(metaclass=Meta): pass
class F(A):
    __class__ = B
from collections.abc import Sized
seen = []
"""
OBJECTS = (
    "1", "2**70", "True", "1.5", "None", "'x'", "()", "[]", "{}", "A()", "B()", "C(A)", "C(B)", "C(5)", "D()", "E()",
    "F()", "A", "E", "type", "len", "seen", "f", "int",
)  # fmt: skip
CLASSES = (
    "int", "bool", "float", "object", "str", "A", "B", "C", "D", "E", "Sized", "type", "(int, float)", "(A, E)", "()",
    "(A, (B, int))", "(E, 5)", "(int, 5)", "5", "None", "int | str", "'x'", "[int]",
)  # fmt: skip
PROGRAMS |= {
    f"isinstance of {cls}": program(
        f"{ASKED}def f(x):\n    return isinstance(x, {cls}), seen[-3:], isinstance(x, {cls}) is True\n",
        "f(1)",
        *(f"f({one})" for one in OBJECTS),
        times=4,
    )
    for cls in CLASSES
}
PROGRAMS |= {
    "isinstance of what it is given": program(
        f"{ASKED}def f(x, cls):\n    return isinstance(x, cls), len(seen)\n",
        "f(1, int)",
        *(f"f({one}, {cls})" for one in OBJECTS for cls in CLASSES),
        times=4,
    ),
    "isinstance of numbers": program(
        f"""{ASKED}def f(n):
    t = 0
    for i in range(n):
        x = i * 0.5
        t += isinstance(i, int) + 2 * isinstance(x, float) + 4 * isinstance(x, (int, float))
        t += 8 * isinstance(i > 2, int)
        if isinstance(i, bool) or isinstance(x, str):
            t += 1000
    return t""",
        "f(10)",
        times=4,
    ),
    "a class that changes what it is": program(
        f"""{ASKED}class G: pass
def f(x):
    return isinstance(x, A), isinstance(x, G)
g = G()""",
        "f(g)",
        "f(G())",
        change="G.__class__ = A",
        times=4,
    ),
}
