"""Functions that are called once or twice: what their first call will meet is guessed from the arguments."""

from programs import program

CLASSES = """\
class Matrix:
    def __init__(self, rows, n=None):
        self.rows, self.n = rows, len(rows) if n is None else n
class Token:
    def __init__(self, text): self.text = text
class Slots:
    __slots__ = ("rows", "n")
    def __init__(self, rows): self.rows, self.n = rows, len(rows)
class Lazy:
    @property
    def rows(self): return [[1, 2], [3, 4]]
    n = 2
class Any:
    def __getattr__(self, name): return {"rows": [[1, 2], [3, 4]], "n": 2}[name]
"""


def first(source, *calls):
    """Describe programs whose calls are the first ones of a function: each begins with another one."""
    source = CLASSES + source
    return [program(source, *calls[at:], *calls[:at], times=0, verdict="any") for at in range(len(calls))]


KINDS = {
    "a product of matrices": first(
        """\
def f(a, b):
    n = a.n
    out = [[0.0] * n for _ in range(n)]
    for i in range(n):
        row = a.rows[i]
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += row[k] * b.rows[k][j]
            out[i][j] = s
    c = Matrix([])
    c.n, c.rows = n, out
    return c.rows, c.n""",
        "f(Matrix([[1.5, 2.0], [0.5, 4.0]]), Matrix([[1.5, 2.0], [0.5, 4.0]]))",
        "f(Matrix([[1, 2], [3, 4]]), Matrix([[1, 2], [3, 4]]))",
        "f(Matrix([[1, 2.5], [3, 4]]), Matrix([[1.5, 2], [3, '4']]))",
        "f(Matrix(([1, 2], (3, 4))), Matrix([(1, 2), [3, 2**80]]))",
        "f(Matrix([[1.0]], 2), Matrix([[1.0]]))",
        "f(Slots([[1.5, 2.0], [0.5, 4.0]]), Slots([[1.5, 2.0], [0.5, 4.0]]))",
        "f(Lazy(), Any())",
        "f(Any(), None)",
    ),
    "texts of tokens": first(
        """\
def f(tokens):
    total = 0
    for token in tokens:
        h = 0
        for c in token.text:
            h = (h * 31 + ord(c)) & 0xFFFF
        total ^= h
    return total""",
        "f([Token('abc'), Token('d'), Token('')])",
        "f([Token('abc'), Token('\\u00e9'), Token(['x', 'y'])])",
        "f([Token('abc'), Token(5)])",
        "f((Token(b'abc'),))",
        "f([])",
    ),
    "lists that are made": first(
        """\
def f(xs, n):
    out, grid = [], []
    for x in xs:
        out.append(x)
        grid.append([x] * n)
    t = 0
    for row in grid:
        for x in row:
            t += x
    for i in range(len(out)):
        out[i] = out[i] * 2 + t
        grid[i][0] = t
    out.append(out)
    return t, out[:-1], grid""",
        "f([1, 2, 3], 2)",
        "f([1, 2.5, 3], 2)",
        "f([1, 2**70], 2)",
        "f((True, 2), 1)",
        "f([1, 'a'], 2)",
        "f([], 2)",
        "f([1], 0)",
    ),
    "pairs and dicts": first(
        """\
def f(pairs, d):
    t, seen = 0, {}
    for a, b in pairs:
        t += a * b
        seen[a] = d[b] if b in d else b
    for key in seen:
        t += seen[key]
    return t, seen""",
        "f([(1, 2), (3, 4)], {2: 5})",
        "f([[1, 2], (3, 4.5)], {})",
        "f([(1, 2), (3, 4, 5)], {})",
        "f([(1, 2), (3,)], {})",
        "f(((1, 2), 'ab'), {})",
        "f({(1, 2): 3}, {2: 'x'})",
    ),
    "numbers that change their kind": first(
        """\
def f(obj, n):
    t = obj.n
    for i in range(n):
        if t > 10**17:
            t = t * 1000
        if i == 5:
            t = t / 2
        t = t + obj.n
        if t == 3:
            obj.n = 0.5
    return t, obj.n""",
        "f(Matrix([], 1), 3)",
        "f(Matrix([], 1), 9)",
        "f(Matrix([], 10**18), 9)",
        "f(Matrix([], 1.0), 9)",
        "f(Matrix([], True), 9)",
        "f(Matrix([], None), 9)",
        "f(Matrix([], 'x'), 9)",
    ),
    "objects that change while it runs": first(
        """\
class Odd(Matrix):
    def __getattribute__(self, name): return object.__getattribute__(self, name)
def swap(m, i):
    if i == 2: m.rows = (7, 8, 9)
    if i == 3: m.__class__ = Odd
    if i == 4: m.__dict__ = {"rows": [5.5] * 9, "n": 3}
    if i == 5: Matrix.extra = 1
    if i == 6: del m.rows
def f(m, n):
    t = []
    for i in range(n):
        swap(m, i)
        t.append(m.rows[1])
    return t""",
        "f(Matrix([1, 2, 3]), 2)",
        "f(Matrix([1, 2, 3]), 6)",
        "f(Matrix([1, 2, 3]), 7)",
    ),
    "branches that are never taken": first(
        """\
def f(m, n):
    t = 0
    for i in range(n):
        if i < n:
            t += m.n
        elif m.rows[i]:
            with m: t += undefined
        else:
            try:
                t = t.x + m.y[i]
            except* ValueError:
                pass
    return t""",
        "f(Matrix([1, 2, 3]), 5)",
        "f(Matrix([1, 2, 3], 0.5), 5)",
    ),
}

PROGRAMS = {f"{name}, {at}": one for name, programs in KINDS.items() for at, one in enumerate(programs)}
