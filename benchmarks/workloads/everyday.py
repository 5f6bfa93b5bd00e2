"""Functions as they stand in everyday programs: texts, dicts, objects, calls, and not loops over numbers alone."""

import math
import random

SIZE = 300


def enum_list(xs):
    t = 0
    for i, x in enumerate(xs):
        t += i * x
    return t


def enum_str(s):
    t = 0
    for i, c in enumerate(s):
        if c == " ":
            t += i
    return t


def zip_dot(a, b):
    t = 0.0
    for x, y in zip(a, b):  # noqa: B905
        t += x * y
    return t


def dict_items(d):
    t = 0
    for k, v in d.items():  # noqa: B007
        t += v
    return t


def dict_keys(d):
    t = 0
    for k in d:
        t += d[k]
    return t


def dict_values(d):
    t = 0
    for v in d.values():
        t += v
    return t


def min3(xs):
    t = 0
    for i in range(1, len(xs) - 1):
        t += min(xs[i - 1], xs[i], xs[i + 1])
    return t


def ord_hash(s):
    h = 0
    for c in s:
        h = (h * 31 + ord(c)) & 0xFFFFFFFF
    return h


def caesar(s):
    out = []
    for c in s:
        if "a" <= c <= "z":
            out.append(chr((ord(c) - 97 + 3) % 26 + 97))
        else:
            out.append(c)
    return "".join(out)


def is_kinds(xs):
    n = 0
    for x in xs:
        if isinstance(x, int):
            n += 1
        elif isinstance(x, str):
            n += 2
        elif x is None:
            n += 3
    return n


class P:
    """A point."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        """Give the square of its distance."""
        return self.x * self.x + self.y * self.y

    @property
    def px(self):
        """Give x."""
        return self.x


def make_points(n):
    out = []
    for i in range(n):
        out.append(P(i, i + 1))
    return out


def norms(ps):
    t = 0
    for p in ps:
        t += p.norm()
    return t


def props(ps):
    t = 0
    for p in ps:
        t += p.px
    return t


def helper(a, b):
    return a * 2 + b


def calls_unhinted(n):
    t = 0
    for i in range(n):
        t += helper(i, t & 7)
    return t


def tuples(n):
    t = 0
    for i in range(n):
        a, b = i, i + 1
        p = (a, b)
        t += p[0] * p[1] & 255
    return t


def nested_lists(g):
    t = 0
    for row in g:
        for v in row:
            if v > 3:
                t += v
    return t


def grid_index(g, n):
    t = 0
    for i in range(n):
        for j in range(n):
            t += g[i][j]
    return t


def listcomp_filter(xs):
    return [x * 2 for x in xs if x % 3 == 0]


def dictcomp(xs):
    return {x: x * x for x in xs}


def setloop(xs):
    s = set()
    for x in xs:
        if x not in s:
            s.add(x)
    return len(s)


def counter(ws):
    d = {}
    for w in ws:
        d[w] = d.get(w, 0) + 1
    return d


def group(ws):
    d = {}
    for w in ws:
        if w not in d:
            d[w] = []
        d[w].append(len(w))
    return d


def setdefault(ws):
    d = {}
    for w in ws:
        d.setdefault(w, []).append(1)
    return d


def fstrings(xs):
    out = []
    for x in xs:
        out.append(f"{x}:{x + 1}")
    return out


def split_join(lines):
    n = 0
    for line in lines:
        parts = line.split(",")
        n += len(parts[0]) + int(parts[1])
    return n


def strip_lower(lines):
    out = []
    for line in lines:
        line = line.strip().lower()
        if line.startswith("a"):
            out.append(line)
    return out


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def while_pop(xs):
    st = list(xs)
    t = 0
    while st:
        t += st.pop()
    return t


def slices(xs):
    t = 0
    for i in range(len(xs) - 3):
        t += sum(xs[i : i + 3])
    return t


def sort_key(ps):
    return sorted(ps, key=lambda p: p.y)


def any_gen(xs):
    return any(x < 0 for x in xs)


def sum_gen(xs):
    return sum(x * x for x in xs)


def try_int(ws):
    n = 0
    for w in ws:
        try:
            n += int(w)
        except ValueError:
            n -= 1
    return n


def attr_update(p, n):
    for i in range(n):
        p.x += i
        p.y = p.x - 1
    return p.x


def multi_assign(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, (a + b) % 1000003
    return a


def bits(n):
    c = 0
    while n:
        n &= n - 1
        c += 1
    return c


def bytes_sum(b):
    t = 0
    for x in b:
        t = (t + x) & 0xFFFF
    return t


def in_tuple(s):
    n = 0
    for c in s:
        if c in ("a", "e", "i", "o", "u"):
            n += 1
    return n


def in_str(s):
    n = 0
    for c in s:
        if c in "aeiou":
            n += 1
    return n


def str_concat(n):
    s = ""
    for _ in range(n):
        s += "x"
    return len(s)


def reverse_loop(xs):
    t = 0
    for x in reversed(xs):
        t = t * 3 + x & 0xFFFF
    return t


def divmods(n):
    t = 0
    for i in range(1, n):
        q, r = divmod(n, i)
        t += q ^ r
    return t


def round_abs(xs):
    t = 0.0
    for x in xs:
        t += abs(x - 0.5) + round(x)
    return t


def math_fns(xs):
    t = 0.0
    for x in xs:
        t += math.sqrt(x) + math.sin(x)
    return t


def kwcalls(n):
    t = 0
    for i in range(n):
        t += helper(a=i, b=1)
    return t


def ternary(xs):
    return [1 if x > 2 else -1 if x < -2 else 0 for x in xs]


def matmul(a, b, n):
    return [[sum(a[i][k] * b[k][j] for k in range(n)) for j in range(n)] for i in range(n)]


def sum_listcomp(a, b):
    return sum([x * y for x, y in zip(a, b)])  # noqa: B905


def parse_num(s):
    i, n, out = 0, len(s), []
    while i < n:
        c = s[i]
        if c.isdigit():
            j = i
            while j < n and s[j].isdigit():
                j += 1
            out.append(int(s[i:j]))
            i = j
        else:
            i += 1
    return out


def with_default(xs, k=3, *, scale=2):
    t = 0
    for x in xs:
        t += x * k // scale
    return t


def cases():
    """Give each function's name and arguments; the same in each process."""
    rng = random.Random(3)
    numbers = [rng.randrange(1000) for _ in range(SIZE)]
    floats = [rng.random() * 3 + 0.1 for _ in range(SIZE)]
    text = "".join(rng.choice("abcdefgh ijk,xyz") for _ in range(SIZE))
    words = [
        rng.choice(("foo", "bar", "baz", "qux", "the", "and", "of", "to", "in")) + str(rng.randrange(9))
        for _ in range(SIZE)
    ]
    counts = {word: number for number, word in enumerate(words)}
    points = [P(number, -number) for number in numbers]
    rows = [floats[:8]] * 8
    return {
        "enum_list": (numbers,),
        "enum_str": (text,),
        "zip_dot": (floats, floats),
        "dict_items": (counts,),
        "dict_keys": (counts,),
        "dict_values": (counts,),
        "min3": (numbers,),
        "ord_hash": (text,),
        "caesar": (text,),
        "is_kinds": ([1, "a", None, 2.5] * 80,),
        "make_points": (SIZE,),
        "norms": (points,),
        "props": (points,),
        "calls_unhinted": (SIZE,),
        "tuples": (SIZE,),
        "nested_lists": ([numbers[:20]] * 15,),
        "grid_index": ([numbers[:20]] * 20, 20),
        "listcomp_filter": (numbers,),
        "dictcomp": (numbers,),
        "setloop": (numbers,),
        "counter": (words,),
        "group": (words,),
        "setdefault": (words,),
        "fstrings": (numbers,),
        "split_join": (["abc,12", "de,3"] * 50,),
        "strip_lower": ([" Abc ", "XyZ\n"] * 60,),
        "fib": (14,),
        "while_pop": (numbers,),
        "slices": (numbers,),
        "sort_key": (points,),
        "any_gen": (numbers,),
        "sum_gen": (numbers,),
        "try_int": (["1", "22", "3"] * 60,),
        "attr_update": (points[0], SIZE),
        "multi_assign": (SIZE,),
        "bits": ((1 << 60) - 1,),
        "bytes_sum": (bytes(range(200)),),
        "in_tuple": (text,),
        "in_str": (text,),
        "str_concat": (SIZE,),
        "reverse_loop": (numbers,),
        "divmods": (SIZE,),
        "round_abs": (floats,),
        "math_fns": (floats,),
        "kwcalls": (SIZE,),
        "ternary": (numbers,),
        "matmul": (rows, rows, 8),
        "sum_listcomp": (floats, floats),
        "parse_num": ("12 abc 345 x9 " * 15,),
        "with_default": (numbers,),
    }
