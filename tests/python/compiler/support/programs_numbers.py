"""Numbers: their edges, their types and their identity."""

from programs import program

PROGRAMS = {
    "divisor -1": program("def f(x): return x // -1, x % -1", "f(-2**63)", "f(5)", "f(-5)", warm="f(7)"),
    "divisor that varies": program(
        "def f(x, y): return x // y, x % y",
        *(f"f({x}, {y})" for x in (7, -7, 2**40, -(2**63)) for y in (3, -3, 1, -1, 0, 2**31, -(2**40))),
        warm="f(7, 3)",
    ),
    "powers of two as divisors": program(
        "def f(x): return x // 8, x % 16, x // 1, x % 1", "f(-9)", "f(2**62)", warm="f(7)"
    ),
    "a dividend that is its own remainder": program(
        "def f(x, m): return (x % m) is x, x % m", "f(2**40, 2**50)", "f(10**6, 2**40)", "f(-5, 2**40)", warm="f(5, 3)"
    ),
    "shifts": program(
        "def f(x, y): return x << y, x >> y",
        *(f"f({x}, {y})" for x in (1, -1, 5, 2**62) for y in (0, 1, 62, 63, 64, 200, -1)),
        warm="f(3, 2)",
    ),
    "overflow of all kinds": program(
        "def f(a, b): return a + b, a - b, a * b, -a, ~a",
        *(f"f({a}, {b})" for a in (2**63 - 1, -(2**63), 2**64, 0) for b in (1, -1, 2**63 - 1, 2**70)),
        warm="f(3, 2)",
    ),
    "an int that grows past 64 bits in a loop": program(
        """\
def f(n):
    x = 1
    for i in range(n):
        x = x * 3 + i
    return x""",
        "f(100)",
        "f(20)",
        "f(60)",
        warm="f(5)",
    ),
    "zero with a sign": program(
        "def f(x): return -x, 0 - x, x * -1, x + 0.0", "f(0)", "f(0.0)", "f(-0.0)", warm=("f(3)",)
    ),
    "not a number": program(
        "def f(x, y): return x < y, x <= y, x == y, x != y, x > y, x >= y, bool(x)",
        "f(float('nan'), 1.0)",
        "f(float('nan'), float('nan'))",
        "f(1.0, float('inf'))",
        warm="f(1.5, 2.5)",
    ),
    "int and float beyond 2**53": program(
        "def f(x): return x == 9007199254740993, x < 9007199254740993, x / 9007199254740993",
        "f(9007199254740992.0)",
        "f(9007199254740994.0)",
        "f(2**53)",
        "f(2)",
        warm="f(2.0)",
    ),
    "int divided by int": program(
        "def f(x, y): return x / y", "f(2**53 + 1, 3)", "f(10**30, 7)", "f(1, 0)", "f(-7, 2)", warm="f(3, 2)"
    ),
    "float division by zero": program(
        "def f(x, y): return x / y", "f(1.0, 0.0)", "f(1.0, -0.0)", "f(0.0, 0.0)", warm="f(3.0, 2.0)"
    ),
    "power": program(
        "def f(x, y): return x ** y",
        "f(1.1, -7500.0)",
        "f(-8.0, 1/3)",
        "f(3, 40)",
        "f(2, -1)",
        "f(0.0, -1)",
        warm="f(1.5, 2.5)",
    ),
    "bool stays bool": program(
        "def f(a, b): return (a < b) & (b < 5), (a < b) | (b < 5), (a < b) ^ True, not a, (a < b) + 1, -(a < b)",
        "f(1, 2)",
        "f(3, 9)",
    ),
    "bool for an int": program("def f(x): return x + 1, x is True, x", "f(True)", "f(1)", "f(False)", warm="f(7)"),
    "int for a float": program("def f(x): return x, x * 2", "f(3)", "f(2**70)", "f(True)", warm="f(1.5)"),
    "subclasses of numbers": program(
        """
        class I(int):
            def __add__(self, other): return 'I'
        class F(float):
            def __mul__(self, other): return 'F'
        def f(x, y): return x + 1, y * 2.0
        """,
        "f(I(3), F(2.0))",
        "f(3, 2.0)",
        "f(True, 2)",
        warm="f(3, 2.0)",
    ),
    "one object for one number": program(
        """\
def f(x):
    y = x + 1
    z = y
    l = [y, y, z]
    return l[0] is l[1], l[0] is z, y is z, id(y) == id(z)""",
        "f(10**6)",
        "f(2.5)",
        "f(3)",
        warm="f(1000)",
    ),
    "a number in a list is found by identity": program(
        """\
def f(x, l):
    y = x * 1.0
    l.append(y)
    return y in l, l.index(y)""",
        "f(float('nan'), [])",
        warm="f(2.0, [])",
    ),
    "a number keeps its identity through a call": program(
        """\
def g(x): return x
def f(a):
    y = a + 1.5
    return g(y) is y, g(a) is a""",
        "f(1.0)",
        "f(10**9)",
        hinted="g f",
        warm="f(2.0)",
    ),
    "the constant comes back": program(
        """\
def f(n):
    x = 0.5
    for i in range(n): x += i
    return x""",
        "f(0) is f(0)",
        "f(3)",
        warm="f(2)",
    ),
    "swapped numbers": program(
        """\
def f(a, b, n):
    for i in range(n):
        a, b = b, a + b
        c = a
    return a, b, c is a""",
        "f(1, 2, 50)",
        "f(0.5, 2.0, 9)",
        "f(1, 2, 200)",
        warm="f(1, 2, 5)",
    ),
    "kinds that meet": program(
        """\
def f(a, y, xs):
    xs[0] = (a if y else 0.5) * 2
    return y, xs""",
        "f(7, 1, [0])",
        "f(7, 0, [0])",
        "f(None, 0, [0])",
    ),
    "a float becomes an int": program(
        """\
def f(n):
    x = 0
    for i in range(n):
        if i == 3: x = 0.5
        elif i == 6: x = 'a'
        else: x += x
    return x""",
        "f(3)",
        "f(5)",
        "f(9)",
        warm="f(3)",
        verdict="any",
    ),
    "conversions": program(
        "def f(x): return int(x), float(x), abs(x), str(x), bool(x)",
        "f(-2.5)",
        "f(1e30)",
        "f(float('inf'))",
        "f(-7)",
        "f(True)",
        warm="f(1.5)",
    ),
    "smaller and larger": program(
        "def f(a, b): return min(a, b), max(a, b), min(a + 1, 3), max(a * 2, b * 2)",
        "f(1, 1.0)",
        "f(0.0, -0.0)",
        "f(float('nan'), 1.0)",
        "f(5, 2)",
        warm="f(3, 4)",
    ),
    "ranges": program(
        "def f(a, b, c): return [i for i in range(a, b, c)], sum([i for i in range(a)])",
        "f(0, 9, 2)",
        "f(9, 0, -3)",
        "f(0, 2**63 - 1, 2**62)",
        "f(3, 3, 1)",
        "f(0, 5, 0)",
        "f(1.5, 2, 1)",
        warm="f(1, 7, 2)",
    ),
    "a range near the end of 64 bits": program(
        """\
def f(a, b):
    t = 0
    for i in range(a, b): t ^= i
    return t, i""",
        "f(2**63 - 4, 2**63 - 1)",
        "f(2**63 - 2, 2**63 + 2)",
        warm="f(1, 9)",
    ),
}
