# ruff: noqa: D101, D102
"""Small loops, each around one thing that Python programs do. `KERNELS` maps names to calls without arguments."""

from __future__ import annotations


def int_loop():
    total = 0
    for number in range(60_000):
        total += number & 7
    return total


def float_loop():
    x = 0.0
    for number in range(60_000):
        x = x * 0.5 + number * 1.5
    return x


def while_loop():
    number, steps = 97, 0
    while steps < 60_000:
        number = number * 3 + 1 if number & 1 else number >> 1
        if number == 1:
            number = 97
        steps += 1
    return steps


def fibonacci(n=20):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def add_one(x):
    return x + 1


def call_loop():
    x = 0
    for _ in range(40_000):
        x = add_one(x)
    return x


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)


def method_loop():
    point = Point(0, 0)
    for number in range(12_000):
        point = point.moved(number, 1)
    return point.x


class Counter:
    def __init__(self):
        self.count = 0

    def step(self):
        self.count += 1


def attribute_loop():
    counter = Counter()
    for _ in range(30_000):
        counter.step()
    return counter.count


def list_loop():
    values = list(range(200))
    for _ in range(150):
        for index in range(200):
            values[index] = (values[index] + index) & 255
    return sum(values)


def dict_loop():
    found = {}
    for number in range(40_000):
        key = number % 97
        found[key] = found.get(key, 0) + 1
    return len(found)


def string_loop():
    parts = []
    for number in range(12_000):
        parts.append("%d:%s" % (number, "x"))  # noqa: UP031
    return len(",".join(parts))


def make_adder(step):
    total = 0

    def add(number):
        nonlocal total
        total += number * step
        return total

    return add


def closure_loop():
    add = make_adder(3)
    for number in range(30_000):
        result = add(number)
    return result


def numbers(count):
    for number in range(count):
        yield number * 2


def generator_loop():
    total = 0
    for number in numbers(40_000):
        total += number
    return total


def exception_loop():
    caught = 0
    for number in range(12_000):
        try:
            if number % 3 == 0:
                raise ValueError(number)
        except ValueError:
            caught += 1
    return caught


def comprehension_loop():
    total = 0
    for _ in range(100):
        total += sum([x * x for x in range(300) if x & 1])
    return total


def sieve():
    flags = bytearray([1]) * 20_000
    for number in range(2, 142):
        if flags[number]:
            for multiple in range(number * number, 20_000, number):
                flags[multiple] = 0
    return sum(flags) - 2


def matrix():
    size = 24
    a = [[i + j for j in range(size)] for i in range(size)]
    result = [[0] * size for _ in range(size)]
    for i in range(size):
        for j in range(size):
            cell = 0
            for k in range(size):
                cell += a[i][k] * a[k][j]
            result[i][j] = cell
    return result[3][4]


def unpack_loop():
    pairs = [(number, number + 1) for number in range(300)]
    total = 0
    for _ in range(100):
        for first, second in pairs:
            first, second = second, first
            total += first - second
    return total


KERNELS = {
    "int loop": int_loop,
    "float loop": float_loop,
    "while loop": while_loop,
    "recursion": fibonacci,
    "function calls": call_loop,
    "objects": method_loop,
    "attributes": attribute_loop,
    "list items": list_loop,
    "dict items": dict_loop,
    "strings": string_loop,
    "closures": closure_loop,
    "generators": generator_loop,
    "exceptions": exception_loop,
    "comprehensions": comprehension_loop,
    "sieve": sieve,
    "matrix": matrix,
    "unpacking": unpack_loop,
}
