"""Loops over `enumerate` and `zip`."""

from programs import program

SEQUENCES = ("[]", "[7]", "[1, 2.5, 'x']", "(1, 2, 3)", "''", "'ab'", "'a\\u00e9'", "'\\U0001f600'")
STARTS = ("0", "5", "-3", "True", "2**61", "2**62", "2**64", "1.5", "'x'")

PROGRAMS = {
    "numbered items": program(
        """\
def f(xs):
    seen = []
    for i, x in enumerate(xs):
        seen.append((i, x))
    return seen, i, x""",
        "f([1, 2])",
        *(f"f({xs})" for xs in SEQUENCES),
        "f(range(3))",
        "f({1: 2})",
        "f(iter([1, 2]))",
        "f(3)",
        times=4,
    ),
    "numbered characters": program(
        """\
def f(text, stop):
    t = 0
    for i, c in enumerate(text):
        if c == stop:
            break
        t += i * ord(c)
    else:
        return t, 'else'
    return t, i, c""",
        "f('abcd', 'x')",
        *(f"f({text}, {stop})" for text in SEQUENCES for stop in ("'b'", "'\\u00e9'", "7")),
        times=6,
    ),
    "numbers from a start": program(
        """\
def f(xs, start):
    seen = []
    for i, x in enumerate(xs, start):
        seen.append((i, x))
    return seen""",
        "f([1, 2, 3], 1)",
        *(f"f('ab', {start})" for start in STARTS),
        *(f"f([1, 2], {start})" for start in STARTS),
        times=6,
    ),
    "left in the middle of numbered items": program(
        """\
def f(xs, stop):
    t = 0
    for i, x in enumerate(xs):
        t += stop[i] if i in stop else x
    return t, i, x""",
        "f([1, 2, 3, 4], {})",
        "f([1, 2, 3, 4], {1: 2**70})",
        "f([1, 2, 3, 4], {2: 0.5})",
        "f([1, 2, 3, 4], {0: 'x'})",
        "f((1, 2, 3, 4), {3: 0.5})",
        times=8,
    ),
    "numbered items that change": program(
        """\
def f(xs):
    seen = []
    for i, x in enumerate(xs):
        seen.append((i, x))
        if i < 3:
            xs.append(x + 1)
        if i == 5:
            xs.clear()
    return seen, xs""",
        "f([1, 2, 3])",
        "f([1])",
        times=6,
    ),
    "numbered items that end when they are replaced": program(
        """\
LOG = []
class D:
    def __init__(self, n): self.n = n
    def __del__(self): LOG.append(self.n); XS.clear()
XS = []
def f(n):
    XS.extend(D(k) for k in range(n))
    i = x = D(100)
    for i, x in enumerate(XS):
        XS[i] = None
        LOG.append('pass')
    del x
    LOG.append('end')
    found = LOG[:]
    LOG.clear()
    return found""",
        "f(3)",
        times=6,
        verdict="any",
    ),
    "a number that is kept": program(
        """\
def f(xs):
    kept = []
    for i, x in enumerate(xs, 300):
        kept.append(i)
        kept.append(i)
    return [a is b for a, b in zip(kept[::2], kept[1::2])], kept""",
        "f([1, 2, 3])",
    ),
    "pairs that are not taken apart": program(
        """\
def f(xs):
    seen = []
    for pair in enumerate(xs):
        seen.append(pair)
    for pair in zip(xs, xs):
        seen.append(pair)
    return seen, seen[0] is seen[1]""",
        "f([1, 2, 3])",
    ),
    "pairs within pairs": program(
        """\
def f(xs, ys):
    t = []
    for i, (a, b) in enumerate(zip(xs, ys)):
        for j, c in enumerate(a):
            t.append((i, j, a, b, c))
    return t""",
        "f(['ab', 'c'], [1, 2, 3])",
        "f([], [1])",
        "f([1], [1])",
    ),
    "in comprehensions": program(
        """\
def f(xs, ys):
    i = 'outer'
    odd = [i * x for i, x in enumerate(xs) if i % 2]
    both = {x + y for x, y in zip(xs, ys)}
    rows = [[a * b for a, b in zip(xs, row)] for row in ys and [ys, xs]]
    return odd, {x: i for i, x in enumerate(xs, 1)}, both, i, rows""",
        "f([1, 2, 3], [4, 5, 6])",
        "f([], [])",
        "f([1.5, 2], [4])",
        "f((1, 2), [4, 'x'])",
    ),
    "two at once": program(
        """\
def f(a, b):
    seen = []
    for x, y in zip(a, b):
        seen.append((x, y))
    else:
        seen.append('end')
    return seen""",
        "f([1, 2], [3, 4])",
        *(f"f({a}, {b})" for a in SEQUENCES for b in SEQUENCES[:6]),
        "f([1, 2], range(5))",
        "f({1: 2}, [1])",
        "f(1, [1])",
        times=6,
    ),
    "two that change": program(
        """\
def f(a, b):
    seen = []
    for x, y in zip(a, b):
        seen.append((x, y))
        if len(seen) == 2:
            a.append(9)
        if len(seen) == 3:
            b.pop()
    return seen, a, b""",
        "f([1, 2], [3, 4, 5, 6])",
        "f([1, 2], [3, 4, 5, 6, 7])",
        "f([1], [2])",
        times=6,
    ),
    "left in the middle of two": program(
        """\
def f(a, b):
    t = 0
    for x, y in zip(a, b):
        t += x * y
    return t, x, y""",
        "f([1, 2, 3], [3, 4, 5])",
        "f([1, 2**40, 3], [3, 2**40, 5])",
        "f([1, 2.5, 3], [3, 4, 5])",
        "f((1, 'x', 3), [3, 4, 5])",
        "f([1, 'x', []], [3, 4, 5])",
        times=8,
    ),
    "an iterator shared by both": program(
        """\
def f(xs):
    it = iter(xs)
    seen = []
    for x, y in zip(it, it):
        seen.append((x, y))
    for i, x in enumerate(it):
        seen.append((i, x))
    return seen""",
        "f([1, 2, 3, 4, 5])",
    ),
    "what callees see of a loop": program(
        """\
import sys
def look():
    frame = sys._getframe(1)
    return dict(frame.f_locals), frame.f_lineno
def f(xs):
    seen = []
    for i, x in enumerate(xs):
        seen.append(look()[1])
        seen.append(str(look()[0].get('i')) + str(look()[0].get('x')))
        for a, b in zip(xs, xs):
            seen.append(str(look()[0].get('a')))
    return seen""",
        "f([1, 2])",
        "f('ab')",
    ),
    "the tracer comes in the middle": program(
        """\
import sys
def on(i):
    if i == 1: sys.settrace(trace)
def trace(frame, event, arg):
    if frame.f_code.co_name == 'f': LINES.append((event, frame.f_lineno, frame.f_locals.get('i')))
    return trace
LINES = []
def f(xs):
    t = 0
    for i, x in enumerate(xs):
        on(i)
        t += i
        sys._getframe().f_trace = trace
    sys.settrace(None)
    return t
def g(xs):
    LINES.clear()
    return f(xs), LINES""",
        "f([1, 2, 3, 4])",
        "g([1, 2, 3, 4])",
        warm="f([5])",
        verdict="any",
    ),
    "a generator of numbered items, suspended": program(
        """\
def f(xs):
    t = 0
    for i, x in enumerate(xs):
        if x is None:
            raise ValueError(i)
        t += i
    return t
def g(xs):
    try:
        return f(xs)
    except ValueError as error:
        frame = error.__traceback__.tb_next.tb_frame
        return error.args, sorted(frame.f_locals.items(), key=str), error.__traceback__.tb_next.tb_lineno""",
        "f([1, 2])",
        "g([1, 2, None, 3])",
        "g((None,))",
        warm="f([1, 2, 3])",
    ),
}
