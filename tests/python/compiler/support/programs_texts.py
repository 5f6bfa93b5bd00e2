"""Texts: characters, comparisons, slices, methods."""

from programs import program

TEXTS = ("''", "'a'", "'abc def'", "'\\u00e9a'", "'a\\u20acb'", "'\\U0001f600x'", "'\\x00\\x7f'")

PROGRAMS = {
    "a loop over characters": program(
        """\
def f(n, text):
    seen, t = [], 0
    for c in text * n:
        t += c == 'a'
        if c != 'b':
            seen.append(c)
        if c == ' ':
            break
    else:
        seen.append('else')
    return t, seen, [a is b for a in seen[:3] for b in text]""",
        *(f"f({n}, {text})" for n in (0, 1, 3) for text in TEXTS),
        times=6,
    ),
    "texts of ints": program(
        """\
import sys
def f(n, step, start):
    seen, keys, k = [], {}, start
    for i in range(n):
        t = str(k + 0)
        keys[t] = hash(t) == hash(repr(k))
        seen.append((t, len(t), t is str(k + 0), t.isascii(), sys.getsizeof(t), t + 'x', t == repr(k), int(t) == k))
        k += step
    return seen, keys""",
        "f(25, 1, -12)",
        "f(12, 7, 95)",
        "f(5, 1, 2 ** 31 - 3)",
        "f(5, 1, 10 ** 18 - 3)",
        "f(5, 1, 2 ** 63 - 3)",
        "f(4, -1, -(2 ** 63) + 2)",
        "f(9, -37, 10 ** 9)",
        "f(3, True, 5)",
        times=8,
    ),
    "left in the middle of a text": program(
        """\
def f(n, stop):
    t = 0
    for c in "abcde" * n:
        t += stop[c] if c in stop else 1
    return t""",
        "f(3, {})",
        "f(3, {'c': 5})",
        "f(3, {'d': 2**70})",
        "f(3, {'b': 'x'})",
        "f(3, {'e': []})",
        times=8,
    ),
    "a loop over something that is a text once": program(
        """\
class Text(str):
    def __iter__(self): return iter([1, 2])
def f(xs, n):
    seen = []
    for x in xs * n:
        seen.append(x)
    return seen""",
        "f('ab', 2)",
        "f(['ab'], 2)",
        "f(Text('ab'), 1)",
        "f('\\u00e9', 2)",
        verdict="any",
        times=8,
    ),
    "the same characters": program(
        """\
def f(text, i):
    c = text[i]
    return c, c is text[i], c == text, c != text, [d is c for d in text]""",
        *(f"f({text}, {i})" for text in TEXTS for i in (0, -1, 1, 5)),
        "f('abc', 2**65)",
        "f('abc', True)",
        "f('abc', 'a')",
        "f(['abc'], 0)",
        verdict="any",
    ),
    "equal and not": program(
        """\
class Text(str):
    def __eq__(self, other): LOG.append(other); return NotImplemented
    __hash__ = str.__hash__
LOG = []
def f(a, b):
    return a == b, a != b, (1 if a == b else 2), a + '' == b, LOG""",
        *(f"f({a}, {b})" for a in TEXTS for b in TEXTS),
        "f('ab' * 50, 'ab' * 50)",
        "f('ab' * 50, 'ab' * 49 + 'ac')",
        "f('a', 1)",
        "f(1, 1)",
        "f(Text('a'), 'a')",
        "f('a', Text('a'))",
        verdict="any",
    ),
    "slices": program(
        """\
class Index:
    def __index__(self): return 1
def f(x, a, b):
    text = x + 'z'
    many = [x, a, b]
    return text[a:b], text[a:], text[:b], many[a:b], (a, b)[a:b]""",
        "f('abc', 1, 2)",
        "f('abc', -2, None)",
        "f('abc', None, 2**70)",
        "f('\\u20acb', True, 9)",
        "f('abc', 1.0, 2)",
        "f('abc', 'a', 2)",
        "f('abc', Index(), None)",
        verdict="any",
    ),
    "methods": program(
        """\
def f(text, other):
    text = text + ''
    other = other + ''
    t = 0
    t += text.isalpha() + text.isdigit() + text.isspace() + text.isupper()
    t += text.startswith(other) + text.endswith(other)
    t += text.find(other) + text.count(other)
    parts = text.partition(other), text.join(other)
    return t, text.upper(), text.strip(), text.strip(other), text.lower() + other, parts
def g(text, other):
    return (text + '').index(other)
def h(text, other):
    return (text + '').center(other, 'x')
def k(text, other):
    return (text + '').zfill(other)""",
        *(f"f({text}, {other})" for text in TEXTS for other in ("'a'", "'b'", "''")),
        "g('abc', 'c')",
        "g('abc', 'd')",
        "g('abc', 5)",
        "h('abc', 9)",
        "h('abc', 2**70)",
        "h('abc', None)",
        "k('12', 5)",
        "k('12', 1.5)",
        hinted="f g h k",
        verdict="any",
        times=8,
    ),
    "who sees an error of a method": program(
        """\
import traceback
def f(text, i):
    t = i * 3
    try:
        return (text + 'x').index(i)
    except TypeError:
        frame = traceback.format_exc()
        return frame, t
def g(texts):
    n = 0
    for text in texts:
        n += ('a' + text).index('b')
    return n""",
        "f('a', 3)",
        "g(['b', 'ab', 'c'])",
        hinted="f g",
        verdict="any",
        times=6,
    ),
    "a method that somebody else made": program(
        """\
class Text(str):
    def isalpha(self): return 'mine'
def f(text):
    return text.isalpha(), text.lower()""",
        "f('a')",
        "f(Text('a'))",
        "f('1')",
        verdict="any",
        times=6,
    ),
    "formats": program(
        """\
def f(x, i):
    return f'{x}-{i}', f'{x!r}{i + 1}', f'{i:4}', f'{x}'""",
        "f(1.5, 3)",
        "f('a', True)",
        "f(None, -2)",
        "f([1], 2**70)",
        verdict="any",
    ),
    "texts that grow": program(
        """\
def f(text, more, n):
    kept = [text]
    other = text
    for i in range(n):
        text += more
        if i == 1:
            other = text
            kept.append(text)
        text = text + 'z'
    return text, other, kept
def g(a):
    a += a
    b = a
    a += 'x'
    b += a
    return a, b
def h(a, b):
    c = a + b
    d = c
    c += d
    return [c, d, c + (c := 'q') + c, c]
def k(text, more):
    text += more
    return text""",
        "f('', 'a', 5)",
        "f('abc', '\u20ac', 3)",
        "f('\u20ac', '', 3)",
        "f(1, 2, 3)",
        "f('a', 2, 3)",
        "g('ab')",
        "g('')",
        "h('a', 'b')",
        "k('a' * 20, 'b' * 20)",
        "k(*['ab' * 9] * 2)",
        hinted="f g h k",
        verdict="any",
        times=8,
    ),
    "a text in a local that grows and fails": program(
        """\
class Text(str):
    def __radd__(self, other): return 'radd'
    def __iadd__(self, other): raise ValueError(other)
def f(text, more):
    try:
        text += more
    except (TypeError, ValueError) as error:
        return 'failed', text, type(error)
    return text""",
        "f('a', 'b')",
        "f('a', Text('b'))",
        "f(Text('a'), 'b')",
        "f('a', None)",
        verdict="any",
        times=8,
    ),
}
