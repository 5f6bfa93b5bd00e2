"""How soon there is machine code: the least number of iterations or calls that suffices, and the time they take.

Asking for an executor where there is none raises, and on 3.15 that aborts the trace that is being recorded. So
every number is tried with a fresh function, and only then asked.
"""

import _opcode

from _opcode_metadata import _specialized_opmap, opmap
from _worker import Worker, wall_clock

ENTER = {**opmap, **_specialized_opmap}.get("ENTER_EXECUTOR")
MOST = 40_000
#: shape -> (source that defines f, is it calls that are counted?)
SHAPES = {
    "for loop": ("def f(n):\n    t = 0.5\n    for i in range(n):\n        t = t * 0.999 + i\n    return t\n", False),
    "while loop": ("def f(n):\n    while n:\n        n -= 1\n    return n\n", False),
    "calls": ("def f(x):\n    y = x * 3 + 1\n    z = y * y - x\n    return (z + y) * (z - y) + x * z\n", True),
}


def compiled(code):
    raw = code._co_code_adaptive
    for offset in range(0, len(raw), 2):
        if raw[offset] == ENTER:
            try:
                return _opcode.get_executor(code, offset) is not None
            except ValueError:
                continue
    return False


def drive(f, count, called):
    if called:
        for i in range(count):
            f(i)
    else:
        f(count)


def main():
    worker = Worker(values=1, warmups=0, min_time=0.001)
    worker.parse()

    def attempt(source, count, called):
        space = {}
        exec(compile(source, "<f>", "exec"), space)
        f = space["f"]
        worker.apply([f])
        drive(f, 0, called)
        start = wall_clock()
        drive(f, count, called)
        spent = wall_clock() - start
        return compiled(f.__code__), spent

    def least(source, called):
        """Find the smallest number that suffices, by doubling and halving."""
        low, high = 0, 1
        while not attempt(source, high, called)[0]:
            low, high = high, high * 2
            if high > MOST:
                return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if attempt(source, middle, called)[0] else (middle, high)
        return high

    for shape, (source, called) in SHAPES.items():
        count = least(source, called)
        if count is None:
            continue
        worker.measure(f"until compiled, {shape}", lambda _, count=count: count, loops=1, unit="integer")

        def timed(loops, source=source, count=count, called=called):
            return sum(attempt(source, count, called)[1] for _ in range(loops))

        worker.measure(f"until compiled, {shape}, time", timed, loops=1, values=5)
    worker.finish()


if __name__ == "__main__":
    main()
