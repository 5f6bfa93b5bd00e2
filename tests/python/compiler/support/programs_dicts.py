"""Dicts whose keys are texts, lists that get shorter, and exceptions that a handler drops without a look."""

from programs import program

PROGRAMS = {
    "a missing key that nobody looks at": program(
        """\
def f(known, names, n):
    t = 0
    for i in range(n):
        try:
            t += known[names[i % len(names)]]
        except KeyError:
            t -= 1
    return t""",
        "f({'a': 1, 'b': 2}, 'abc', 30)",
        "f({'a': 1.5}, 'ab', 9)",
        "f({}, 'a', 3)",
        "f({'a': 2**62}, 'aab', 9)",
        "f({'a': 'x'}, 'ab', 2)",
        "f({1: 2, 'a': 3}, 'ab', 5)",
        "f({'a': 1}, [1, 'a'], 5)",
        "f({'a': 1}, [[], 'a'], 5)",
    ),
    "a count that leaves 64 bits in the handler": program(
        """\
def f(known, names, t):
    for name in names:
        try:
            t += known[name]
        except LookupError:
            t *= 3
    return t""",
        "f({'a': 1}, 'ab' * 3, 5)",
        "f({'a': 1}, 'b' * 60, 5)",
        "f({'a': 1}, 'ab' * 60, 2**61)",
        verdict="any",
    ),
    "handlers that look": program(
        """\
import sys
def f(known, names):
    seen = []
    for name in names:
        try:
            seen.append(known[name])
        except KeyError as error:
            seen.append((str(error), type(error.__context__), error.__traceback__.tb_lineno))
    try:
        return seen, known['no']
    except KeyError:
        seen.append(sys.exc_info()[0])
    return seen""",
        "f({'a': 1}, 'aba')",
        verdict="any",
    ),
    "another class of that name": program(
        """\
def f(known, names):
    t = 0
    for name in names:
        try:
            t += known[name]
        except KeyError:
            t -= 1
    return t""",
        "f({'a': 1}, 'aab')",
        "globals().update(KeyError=ValueError), f({'a': 1}, 'aab')",
        "globals().pop('KeyError'), f({'a': 1}, 'aab')",
        verdict="any",
        times=30,
    ),
    "a context is set where it is seen": program(
        """\
def f(known, names):
    t = 0
    for name in names:
        try:
            t += known[name]
        except KeyError:
            t += 10 // (t - 3)
    return t""",
        "f({'a': 1}, 'ab')",
        "f({'a': 1}, 'aaab')",
        verdict="any",
    ),
    "keys with methods of their own": program(
        """\
class Text(str):
    def __hash__(self): return hash(str(self))
    def __eq__(self, other): return 'eq' in LOG or LOG.append('eq') or str.__eq__(self, other)
LOG = []
def f(d, key, value):
    before = key in d
    d[key] = value
    return before, d[key], len(d)""",
        "f({}, 'a', 1)",
        "f({'a': 0}, 'a', 1)",
        "f({Text('a'): 0}, 'a', 1), LOG",
        "f({'a': 0}, Text('a'), 1), LOG",
        "f({1: 0}, 'a', 1)",
        "f({'a': 0}, 1, 1)",
        "f({'a': 0}, [], 1)",
        "f(__import__('collections').OrderedDict(a=1), 'a', 1)",
        "f(__import__('collections').defaultdict(int), 'a', 1)",
        verdict="any",
        times=20,
    ),
    "what a dict held and ends": program(
        """\
LOG = []
class D:
    def __init__(self, name): self.name = name
    def __del__(self): LOG.append(self.name)
def f(d, key, value):
    d[key] = value
    return list(LOG)""",
        "f({'a': 1}, 'a', 2)",
        "f({'a': D('first')}, 'a', 2)",
        "f({'a': [D('second')]}, 'a', 2)",
        "f({'a': 1}, 'a', D('third'))",
        verdict="any",
    ),
    "globals that a store changes": program(
        """\
G = 1
def f(space, key, value):
    a = G
    space[key] = value
    return a, G""",
        "f(globals(), 'other', 2)",
        "f(globals(), 'G', 2)",
        "f(globals(), 'G', 'text')",
        verdict="any",
    ),
    "lists that get shorter": program(
        """\
import sys
def f(xs):
    seen = []
    while xs:
        seen.append(xs.pop())
        seen.append(len(xs))
    return seen
def g(n):
    xs, sizes = list(range(n)), []
    for _ in range(n):
        xs.pop()
        sizes.append(sys.getsizeof(xs))
    return sizes
def h(xs):
    return xs.pop()""",
        "f([1, 'a', None, 2.5])",
        "g(40)",
        "h([])",
        "h([[]])",
        "h({1})",
        "h(bytearray(b'a'))",
        hinted="f g h",
        verdict="any",
    ),
    "characters": program(
        """\
def f(text, i):
    return text[i]""",
        "f('abc', 1)",
        *(f"f({text!r}, {i})" for text in ("a", "\\u00e9\\u20ac", "\\U0001f600x") for i in (0, -1, 1, -2, 2**70)),
        "f('abc', 1) is f('xbz', 1)",
        verdict="any",
    ),
}
