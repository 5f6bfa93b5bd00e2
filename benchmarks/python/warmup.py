"""What does a training cost, and what does it save the first real calls?

For each kernel: the first real call of a function that nobody called before, and of one that was trained; what the
training took. And for the means by which first calls are noticed: what arming costs, and a call before and after.
``python benchmarks/python/warmup.py`` (PYTHON_JIT=1 is passed on)
"""

import json
import os
import sys
import tempfile

from _common import arguments, child, environment, home, report

CODE = r"""
import json, statistics, sys, time
from jitctl import jit_focus, _host

clock = time.perf_counter_ns


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def dot(self, other):
        return self.x * other.x + self.y * other.y


POINTS = [Point(i, i + 1.5) for i in range(100)]
WORDS = ("the quick brown fox jumps over the lazy dog " * 10).split()


def integers(n):
    total = 0
    for i in range(n):
        total += i * 3 % 7
    return total


def floats(n):
    x = 0.5
    for _ in range(n):
        x = x * 3.7 * (1.0 - x)
    return x


def attributes(points):
    total = 0.0
    for point in points:
        total += point.x * point.y
    return total


def methods(points):
    first = points[0]
    total = 0.0
    for point in points:
        total += first.dot(point)
    return total


def counting(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def branches(n):
    low = high = 0
    for i in range(n):
        if i & 3:
            low += i
        elif i % 5 == 0:
            high -= 1
        else:
            high += i
    return low, high


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def generator(n):
    for i in range(n):
        yield i * i


def straight(a, b, c):
    x = a * b + c
    y = x * x - a
    z = (x + y) * (b - c)
    return x, y, z, x < y, [a, b, c]


KERNELS = [
    (integers, (100,)), (floats, (100,)), (attributes, (POINTS,)), (methods, (POINTS,)), (counting, (WORDS,)),
    (branches, (100,)), (fib, (10,)), (generator, (100,)), (straight, (1, 2, 3)),
]


def fresh(function):
    # A code object that nothing has specialised yet; globals() finds the new function, for recursion and methods.
    function.__code__ = function.__code__.replace()
    Point.dot.__code__ = Point.dot.__code__.replace()
    return function


def call(function, arguments):
    if function is generator:
        start = clock()
        for _ in function(*arguments):
            pass
        return clock() - start
    start = clock()
    function(*arguments)
    return clock() - start


def median(times):
    return statistics.median(times) / 1e3


def first_calls(function, arguments, rounds):
    cold, warm, later, seen = [], [], [], []
    for _ in range(rounds):
        cold.append(call(fresh(function), arguments))
        jit_focus(sample_args=arguments, when="decoration")(fresh(function))
        warm.append(call(function, arguments))
        seen.append(_host.backend.record(function)["verdict"])
    for _ in range(2000):
        later.append(call(function, arguments))
    measures = [{name: value for name, value, unit in one["measures"]} for one in seen]
    last = seen[-1]
    shown = [median(cold), median(warm), median(cold) / median(warm), median(later)]
    calls, spent = (statistics.median(one.get(key, 0) for one in measures) for key in ("calls", "spent"))
    share = measures[-1].get("specialised_after", float("nan"))
    regions = int(measures[-1].get("regions_after", 0))
    return [*shown, int(calls), spent, share, regions, last["code"]]


class Unready(Exception):
    pass


def unready():
    raise Unready


def body(a, b=2):
    return a + b


def waiting(rounds):
    # The samples cannot be made, so that the training itself costs nothing.
    functions = [type(body)(body.__code__.replace(co_firstlineno=i + 1), globals(), "f", (2,)) for i in range(rounds)]
    plain = [type(body)(body.__code__.replace(co_firstlineno=i + 1), globals(), "f", (2,)) for i in range(rounds)]
    hint = jit_focus(sample_args=unready)
    hint(lambda: 0)
    arm, first = [], []
    for function in functions:
        start = clock()
        hint(function)
        arm.append(clock() - start)
    for function in functions:
        start = clock()
        function(1)
        first.append(clock() - start)

    def later(function):
        best = 1e9
        for _ in range(30):
            start = clock()
            for _ in range(1000):
                function(1)
            best = min(best, (clock() - start) / 1000)
        return best

    pairs = [(later(one), later(other)) for one, other in zip(functions[:9], plain[:9])]
    ratio = statistics.median(one / other for one, other in pairs)
    return [median(arm), median(first), min(one for one, _ in pairs), ratio]
"""


def main():
    options = arguments(__doc__, rounds=(30, "fresh copies of each kernel"), waiting=(500, "functions that wait"))
    jit = {key: os.environ[key] for key in ("PYTHON_JIT",) if key in os.environ}
    home()
    with tempfile.TemporaryDirectory() as cache:
        env = environment(cache, JITCTL_BACKEND="warmup", **jit)
        tail = f"print(json.dumps([[f.__name__, *first_calls(f, a, {options.rounds})] for f, a in KERNELS]))"
        rows = json.loads(child(CODE + tail, env))
        cells = [[name, cold, warm, ratio, later, str(calls), spent, share, str(regions), code]
                 for name, cold, warm, ratio, later, calls, spent, share, regions, code in rows]  # fmt: skip
        heads = ["kernel", "first call, cold, µs", "first call, trained, µs", "ratio", "later calls, µs"]
        heads += ["training calls", "training ms", "specialised", "regions", "verdict"]
        notes = ["trained with when='decoration' and the default budget; medians over fresh copies"]
        report(options, "warmup", heads, cells, notes)
        print()
        row = json.loads(child(CODE + f"print(json.dumps(waiting({options.waiting})))", env))
        heads = [
            "first calls",
            "arming, µs",
            "the first call (samples fail), µs",
            "later calls, ns",
            "ratio to undecorated",
        ]
        means = "stand-in" if sys.version_info < (3, 12) else "sys.monitoring"
        report(options, "waiting for first calls", heads, [[means, *row]], ["target: at most 20 µs per hint; ratio 1"])


if __name__ == "__main__":
    main()
