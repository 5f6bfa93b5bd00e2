"""Items of `array.array`, and of classes with a `__getitem__` of their own."""

from programs import program

CODES = "bBhHiIlLqQfd"
VALUES = (
    "0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "32767", "32768", "65535", "65536", "-32768", "-32769",
    "2**31-1", "2**31", "-2**31", "-2**31-1", "2**32-1", "2**32", "2**63-1", "2**63", "-2**63", "-2**63-1", "2**64",
    "0.5", "-0.0", "float('nan')", "float('inf')", "1e300", "5e-324", "3.4e38", "2**53+1", "2**2000", "True", "None",
    "'x'", "Float()", "Index()", "array('d', [1.0])",
)  # fmt: skip
INDICES = (
    "0",
    "3",
    "4",
    "-1",
    "-4",
    "-5",
    "2**62",
    "-2**63",
    "2**64",
    "True",
    "1.0",
    "None",
    "'a'",
    "slice(1, 3)",
    "()",
)
HEAD = """\
from array import array
class Float(float): pass
class Index:
    def __index__(self): return 2
    def __float__(self): return 0.25
class Sub(array): pass
class Other(array):
    def __getitem__(self, i): return ("other", i)
    def __setitem__(self, i, x): seen.append((i, x))
seen = []
"""
READ = "def f(a, i):\n    s = a[i]\n    return s, a[i] is s\n"
STORE = "def f(a, i, x):\n    a[i] = x\n    return a\n"


def arrays(source, *calls, **more):
    """Describe a program that uses arrays."""
    return program(HEAD + source, *calls, **{"times": 150, **more})


PROGRAMS = {
    **{
        f"items of {code}": arrays(
            READ,
            f"f(array('{code}', [1, 2, 3, 4]), 1)",
            *(f"f(array('{code}', [1, 2, 3, 4]), {index})" for index in INDICES),
            *(f"f(array('{other}', [1, 2, 3, 4]), 1)" for other in CODES),
            f"f(Sub('{code}', [1, 2]), 1)",
            f"f(Other('{code}', [1, 2]), 1)",
            f"f(array('{code}'), 0)",
            "f([1, 2], 1)",
            "f('ab', 1)",
            "f({1: 2}, 1)",
            "f(memoryview(b'ab'), 1)",
        )
        for code in CODES
    },
    **{
        f"stores into {code}": arrays(
            STORE,
            f"f(array('{code}', [1, 2, 3, 4]), 1, 7)",
            *(f"f(array('{code}', [1, 2, 3, 4]), 1, {value})" for value in VALUES),
            *(f"f(array('{code}', [1, 2, 3, 4]), {index}, 7)" for index in INDICES),
            *(f"f(array('{other}', [1, 2, 3, 4]), 1, 7)" for other in CODES),
            f"f(Sub('{code}', [1, 2]), 1, 7), seen",
            f"f(Other('{code}', [1, 2]), 1, 7), seen",
            "f([1, 2], 1, 7)",
            "f({}, 1, 7)",
        )
        for code in CODES
    },
    "stores of floats": arrays(
        STORE,
        "f(array('d', [1, 2, 3, 4]), 1, 7.5)",
        *(f"f(array('d', [1, 2, 3, 4]), -2, {value})" for value in VALUES),
        "f(array('i', [1, 2]), 1, 7.5)",
        "f(array('f', [1, 2]), 1, 7.1)",
    ),
    "a loop that multiplies": arrays(
        """\
def f(a, b, n):
    s = 0.0
    for i in range(n):
        s += a[i] * b[i]
        a[i] -= b[i]
    return s, list(a)""",
        "f(array('d', [1.5, 2.5]), array('d', [2, 3]), 2)",
        "f(array('d', [1.5, 2.5]), array('d', [2, 3]), 3)",
        "f(array('d', [1.5, 2.5]), array('i', [2, 3]), 2)",
        "f(array('f', [1.5, 2.5]), array('d', [2, 3]), 2)",
        "f([1.5, 2.5], [2, 3], 2)",
    ),
    "gathered by an array of ints": arrays(
        """\
def f(x, column, n):
    s = 0
    for i in range(n):
        s += x[column[i]]
    return s""",
        "f(array('d', [1.5, 2.5]), array('i', [1, 0]), 2)",
        "f(array('q', [1, 2]), array('B', [1, 0]), 2)",
        "f(array('d', [1.5, 2.5]), array('i', [1, 2]), 2)",
        "f(array('d', [1.5, 2.5]), array('i', [1, -2]), 2)",
        "f(array('Q', [2**63, 2]), array('Q', [1, 0]), 2)",
    ),
    "called once": arrays(
        """\
def f(a, n):
    s = 0
    for i in range(n):
        a[i] = a[i] + i
        s += a[i]
    return s, a""",
        "f(array('d', range(40)), 40)",
        "f(array('i', range(40)), 40)",
        "f(array('b', range(100, 127)), 27)",
        times=0,
        warm=(),
        verdict="any",
    ),
    "an array that changes in the loop": arrays(
        """\
def f(a, how):
    t = 0
    for i in range(6):
        t += a[i]
        if i == 2:
            how(a)
    return t, a""",
        "f(array('i', range(9)), len)",
        "f(array('i', range(9)), lambda a: a.extend(range(1000)))",
        "f(array('i', range(9)), lambda a: [a.pop() for _ in range(7)])",
        "f(array('i', range(9)), lambda a: [a.pop() for _ in range(9)])",
        "f(array('i', range(9)), lambda a: a.insert(0, 5))",
        "f(array('i', range(9)), lambda a: a.byteswap())",
    ),
    "an array that exports its buffer": arrays(
        """\
def f(a):
    view = memoryview(a)
    a[0] = 5
    view[1] = 6
    return a[0], a[1], view.tolist()""",
        "f(array('i', range(4)))",
        "f(array('h', range(4)))",
    ),
    "a value with two names": arrays(
        """\
def f(a):
    x = a[0]
    y = x
    a[1] = x
    return x is y, a[1] is x, [x, y][0] is x, a[0] == a[1], a""",
        "f(array('d', [0.5, 1.5]))",
        "f(array('q', [2**60, 3]))",
        "f(array('b', [7, 3]))",
    ),
    "arrays that end": arrays(
        """\
import weakref
def f(n):
    a = array('d', [n, n])
    gone = []
    w = weakref.ref(a, lambda _: gone.append(1))
    x = a[0]
    a = None
    return x, gone, array('i', [n])[0], w()""",
        "f(3)",
    ),
    "a rule of its own for items": arrays(
        """\
class Rows:
    def __init__(self, rows): self.rows = rows
    def __getitem__(self, at):
        x, y = at
        return self.rows[y][x]
class Sum:
    def __getitem__(self, at): return sum(at)
def f(rows, n):
    t = 0
    for x in range(n):
        for y in range(n):
            t += rows[x, y]
    return t""",
        "f(Rows([[1, 2], [3, 4]]), 2)",
        "f(Rows([[1.5, 2], [3, 4]]), 2)",
        "f(Rows([[1, 2], [3]]), 2)",
        "f(Rows([array('d', [1, 2]), array('d', [3, 4])]), 2)",
        "f(Rows([[1, 2], ['a', 4]]), 2)",
        "f(Sum(), 3)",
        "f({(0, 0): 5}, 1)",
        hinted="f Rows.__getitem__",
    ),
    "a rule that gives objects, ends and raises": arrays(
        """\
class Noisy:
    def __init__(self, name): self.name = name
    def __del__(self): seen.append(self.name)
class Bag:
    def __getitem__(self, key):
        if key == 3: raise KeyError(key)
        return Noisy((key, seen.append('made')))
def f(key):
    x = Bag()[key]
    seen.append('kept')
    return x.name, len(seen)""",
        "(f(1), seen)",
        "f(3)",
        "f('a')",
        hinted="f Bag.__getitem__",
    ),
    "a rule that is replaced": arrays(
        """\
class Bag:
    def __getitem__(self, key): return key + 1
def f(bag, n):
    t = 0
    for i in range(n): t += bag[i]
    return t
bag = Bag()""",
        "f(bag, 5)",
        "f(Bag(), 5)",
        "f([1, 2, 3, 4, 5], 5)",
        change="Bag.__getitem__ = lambda self, key: key * 2.5\nbag.__getitem__ = None",
        hinted="f Bag.__getitem__",
    ),
    "a rule below a list": arrays(
        """\
class Rows(list):
    def __getitem__(self, key): return list.__getitem__(self, key - 1)
class More(Rows):
    pass
def f(rows): return rows[1], rows[2], len(rows)""",
        "f(Rows([1, 2]))",
        "f(More([1, 2]))",
        "f([1, 2, 3])",
        "f(Rows([1]))",
        hinted="f Rows.__getitem__",
        verdict="any",
    ),
    "a type that looks like an array": arrays(
        """\
class array2(array):
    pass
array2.__name__, array2.__module__, array2.__qualname__ = 'array', 'array', 'array'
def f(a): return a[0], a[1]""",
        "f(array2('d', [1, 2]))",
        "f(array('d', [1, 2]))",
    ),
    "looking at arrays shows nobody anything": arrays(
        """\
import sys
def hook(event, arguments):
    if event.startswith('array'): seen.append(event)
def f(a): return a[0] + a[1]
a = array('d', [1, 2])
sys.addaudithook(hook)""",
        "(f(a), seen)",
    ),
}
