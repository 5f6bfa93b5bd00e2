"""Kernels that loop over numbers, lists, dicts and text."""

from kernel import Kernels

kernel = Kernels()


@kernel()
def lcg(n):
    x = 1
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
    return x


@kernel()
def mandelbrot(n):
    inside = 0
    side = max(2, int((n / 12) ** 0.5))
    for row in range(side):
        b = row * 2.0 / side - 1.0
        for column in range(side):
            a = column * 3.0 / side - 2.0
            x = y = 0.0
            for _ in range(12):
                x, y = x * x - y * y + a, 2.0 * x * y + b
                if x * x + y * y > 4.0:
                    break
            else:
                inside += 1
    return inside


@kernel()
def sieve(n):
    flags = [True] * (n // 2)
    found = 0
    for i in range(2, len(flags)):
        if flags[i]:
            found += 1
            for k in range(i + i, len(flags), i):
                flags[k] = False
    return found


@kernel()
def collatz(n):
    steps = 0
    start = 1
    while steps < n:
        start += 2
        x = start
        while x != 1:
            x = x // 2 if x % 2 == 0 else 3 * x + 1
            steps += 1
    return start


@kernel()
def matrix(n):
    size = max(2, round(n ** (1 / 3)))
    a = [[float(i + k) for k in range(size)] for i in range(size)]
    b = [[0.0] * size for _ in range(size)]
    for i in range(size):
        row = a[i]
        for j in range(size):
            t = 0.0
            for k in range(size):
                t += row[k] * a[k][j]
            b[i][j] = t
    return b[1][1]


@kernel()
def word_count(n):
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    counts = {}
    for i in range(n):
        word = words[i % 7]
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts.get("six")


@kernel()
def text(n):
    parts = []
    for i in range(n):
        parts.append("x" + str(i & 63))
        if len(parts) > 50:
            parts = ["".join(parts)[:20]]
    return len(parts)


@kernel()
def gcds(n):
    t = 0
    for i in range(1, n // 8):
        a, b = i * 7919, 104_729
        while b:
            a, b = b, a % b
        t += a
    return t


@kernel()
def bubbles(n):
    size = max(4, int((2 * n) ** 0.5))
    many = [(i * 7919) % size for i in range(size)]
    for end in range(size - 1, 0, -1):
        for i in range(end):
            if many[i] > many[i + 1]:
                many[i], many[i + 1] = many[i + 1], many[i]
    return many[0]


@kernel()
def comprehensions(n):
    t = 0
    for i in range(n // 60):
        t += len([x * i for x in range(60) if x % 3])
    return t


def horner(x):
    y = x * 0.5 + 1.0
    y = y * x - 2.0
    y = y * x + 3.0
    y = y * x - 4.0
    return y * x + x * x - y / 7.0


@kernel(horner)
def polynomial(n):
    t = 0.0
    for i in range(n):
        t += horner(i * 0.001)
    return t
