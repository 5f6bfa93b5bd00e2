"""Functions whose calls are timed in turn with machine code and without; which half is slow, they decide themselves."""

import sys
import time

from twins import verdict

from jitctl import jit_focus, stats

CALLS = 120
called = 0
slow_ones = None


def tick():
    """Take two milliseconds in each second call: those with machine code, which come first, or those without."""
    global called
    called += 1
    if called % 2 == slow_ones:
        until = time.perf_counter() + 0.002
        while time.perf_counter() < until:
            pass
    return called


def made():
    """Make a function of which the compiler cannot tell that it gains: it calls another one."""

    def user():
        return tick()

    return user


def certain():
    """Gain, as anybody can tell."""
    t = 0
    for n in range(20):
        t += n * n
    return t


def ready():
    """Run all once without a hint, after the first hint of the process.

    That one tests the interpreter with events of its own; code that runs for the first time since gets room for
    events, and machine code that was made before would have to be made anew.
    """
    jit_focus(lambda: None)
    made()()
    certain()
    down(1)


def measures(function):
    """Give the figures of its verdict."""
    return {name: value for name, value, _ in stats(function).verdict.measures}


def trial(slow, **options):
    """Call a function often enough for a trial; give the verdict, and how many of ten more calls run machine code."""
    global called, slow_ones
    called, slow_ones = 0, slow
    user = jit_focus(made(), **options)
    for _ in range(CALLS):
        user()
    # Where calls still take turns, or no call runs machine code any more, the last ones did not all enter it.
    before = measures(user).get("entered", 0)
    for _ in range(10):
        user()
    return [verdict(user), measures(user).get("entered", 0) - before]


def outcomes():
    """What comes of trials."""
    ready()
    return {
        "slow with machine code": trial(1),
        "slow without": trial(0),
        "unasked": trial(1, profile=False),
        "asked": trial(0, profile=True),
    }


def turns():
    """How many of ten calls run machine code. Each takes as long as the others, so that no trial is over by then."""
    ready()
    entered = {}
    for name, function, options in (
        ("in doubt", made(), {}),
        ("certain", certain, {}),
        ("not wanted", made(), {"profile": False}),
    ):
        jit_focus(function, **options)
        for _ in range(10):
            function()
        entered[name] = measures(function)["entered"]
    return entered


def down(n):
    """Call itself through another function, so that no call is direct."""
    return 0 if n == 0 else 1 + through(n - 1)


def through(n):
    """Stand between."""
    return down(n)


def nested():
    """Machine code of a call that is timed with it, and of one without; a deep recursion within a trial."""
    ready()
    jit_focus(down)
    entered = []
    for _ in range(2):
        before = measures(down).get("entered", 0)
        down(4)
        entered.append(measures(down)["entered"] - before)
    sys.setrecursionlimit(200_000)
    return {"entered": entered, "deep": down(40_000)}
