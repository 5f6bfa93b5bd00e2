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
    "ints as keys": program(
        """\
def f(n, step, start):
    seen = {}
    for i in range(start, n):
        key = i * step % 97
        seen[key] = seen.get(key, 0) + 1
        if key in seen and -key not in seen:
            seen[-key] = seen[key] * 0.5
    return sorted(seen.items(), key=repr)""",
        "f(300, 7, 0)",
        "f(300, 7, -200)",
        "f(300, 2**61, 0)",
        "f(40, 2**61 - 1, -40)",
        "f(40, 10**30, 0)",
        times=10,
    ),
    "keys that are equal to ints": program(
        """\
class Same:
    def __hash__(self): return 5
    def __eq__(self, other): LOG.append(other); return other == 5
LOG = []
def f(d, key):
    t = 0
    for i in range(3):
        t += d.get(key + i, 1)
        t += key + i in d
        d[key + i] = t
        t += d[key + i]
    return t, len(d), [type(k) for k in d]""",
        "f({}, 1)",
        "f({1.0: 3, True: 2, 3: 4}, 1)",
        "f({True: 2, 2.0: 1}, 0)",
        "f({Same(): 2}, 3), LOG",
        "f({Same(): 2, 'a': 1}, 4), LOG",
        "f({hash('a'): 2, 'a': 3}, hash('a'))",
        "f({'a': 3}, hash('a'))",
        "f({-1: 3, -2: 4}, -2)",
        "f({-2: 4}, -1)",
        "f({2**61 - 1: 4, 0: 1}, 0)",
        "f({i: i for i in range(500)}, 300)",
        "f({i << 40: i for i in range(500)}, 300 << 40)",
        "f({10**20: 3}, 1)",
        verdict="any",
        times=20,
    ),
    "what get gives": program(
        """\
LOG = []
class D:
    def __init__(self, name): self.name = name
    def __del__(self): LOG.append(self.name)
def f(d, key, other):
    a = d.get(key)
    b = d.get(key, other)
    c = d.get(key, D('other')) if key else 0
    return a, b is other, type(c), list(LOG)
def g(key):
    return {'a': D('in')}.get(key, D('out')).name, list(LOG)""",
        "f({'a': 1}, 'a', [])",
        "f({'a': 1}, 'b', [])",
        "f({1: 1.5, 2: None}, 1, 2.5)",
        "f({1: 1.5, 2: None}, 2, 2.5)",
        "f({}, [], 0)",
        "g('a'), LOG",
        "g('b'), LOG",
        hinted="f g",
        verdict="any",
        times=20,
    ),
    "values that are replaced while others have them": program(
        """\
def f(d, key, n):
    old = []
    for i in range(n):
        old.append(d.get(key))
        d[key] = i * 1000
        d[key] = d[key] + 0.5
        old.append(d[key])
    return old, [a is b for a in old for b in old]""",
        "f({'a': 7}, 'a', 4)",
        "f({3: 7}, 3, 4)",
        "f({}, 3, 4)",
        "f({'b': []}, 'a', 4)",
        times=10,
    ),
    "a text that is equal to a key without being it": program(
        """\
def f(d, a, b):
    key = a + b
    hit = key in d, d.get(key)
    d[key] = 5
    return hit, d, [k is key for k in d]""",
        "f({'ab': 1}, 'a', 'b')",
        "f({'ab': 1, 3: 2}, 'a', 'b')",
        "f({'ac': 1}, 'a', 'b')",
        "f({}, 'a', 'b')",
        verdict="any",
    ),
    "dicts that the collector gets to know": program(
        """\
import gc
def f(key, value, n):
    d = {key: 1}
    seen = [gc.is_tracked(d)]
    for i in range(n):
        d[key] = i
        seen.append(gc.is_tracked(d))
        d[key] = value
        seen.append(gc.is_tracked(d))
    return seen
def g(n):
    lost = 0
    for i in range(n):
        d = {'me': 1}
        d['me'] = d
    del d
    return gc.collect() >= n""",
        "f('a', 2.5, 3)",
        "f('a', [], 3)",
        "f(1, (1, 2), 2)",
        "f(1, ([],), 2)",
        "f('a', {}, 2)",
        "g(5)",
        hinted="f g",
        verdict="any",
        times=8,
    ),
}
