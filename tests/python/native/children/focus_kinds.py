"""What the tests of test_focus_kinds.py have fresh interpreters run."""

from look import fresh, is_active, tell, valid
from parts import given, part

import jitctl
from jitctl import jit_focus

STRAIGHT = "def target(x):\n    y = x * 3 + 1\n    z = y * y - x\n    return (z + y) * (z - y) + x * z\n"
LOOP = "def target(n):\n    seen.add(A())\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"


def loop(seen):
    return fresh(LOOP, A=is_active, seen=seen)


if part("a_function_without_a_loop"):
    f = jit_focus(fresh(STRAIGHT))

    def drive(n):
        for i in range(n):
            f(i)

    drive(16)
    tell(own=valid(f), status=jitctl.stats(f).verdict.status, code=jitctl.stats(f).verdict.code)
elif part("recursion_without_a_loop"):
    f = jit_focus(fresh("def target(n):\n    return n if n < 2 else target(n - 1) + target(n - 2)\n"))
    tell(right=f(12) == 144, own=valid(f) > 0)
elif part("tiny_functions_are_left_alone"):

    class One:
        value = 1

    f = jit_focus(fresh(f"def target(x, self=None):\n    {given.body}\n"))
    one = One()

    def drive(n):
        for i in range(n):
            f(i, one)

    drive(200)
    verdict = jitctl.stats(f).verdict
    tell(own=valid(f), status=verdict.status, advice=bool(verdict.advice))
elif part("a_generators_loop_without_a_yield"):
    f = jit_focus(fresh("def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n    yield t\n"))
    tell(right=list(f(16)) == [120], own=valid(f))
elif part("a_generators_loop_with_a_yield"):
    f = jit_focus(fresh("def target(n):\n    for i in range(n):\n        yield i * 2\n"))

    def drive(n):
        t = 0
        for v in f(n):
            t += v
        return t

    r = drive(16), drive(16)
    tell(right=r == (240, 240), own=valid(f), status=jitctl.stats(f).verdict.status)
elif part("a_coroutines_loop"):
    import asyncio

    source = """
async def leaf(i): return i
async def target(n):
    t = 0
    for i in range(n):
        t += i
    for i in range(n):
        t += await leaf(i)
    return t
"""
    f = jit_focus(fresh(source))
    tell(right=[asyncio.run(f(16)) for _ in range(3)] == [240] * 3, own=valid(f), status=jitctl.stats(f).verdict.status)
elif part("samples_at_decoration"):
    seen = set()
    f = loop(seen)
    jit_focus(sample_args=eval(given.arguments), when="decoration")(f)
    own = valid(f)
    tell(own=own, real=f(3), status=jitctl.stats(f).verdict.status)
elif part("samples_before_the_first_real_call"):
    calls = []
    f = fresh(
        "def target(n):\n    keep(n)\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n",
        keep=calls.append,
    )
    jit_focus(sample_args=(200,))(f)
    before = len(calls)
    r = f(1)
    tell(
        before=before,
        own=valid(f),
        real=r,
        last=calls[-1],
        samples=set(calls[:-1]) == {200},
        status=jitctl.stats(f).verdict.status,
    )
elif part("samples_in_the_background"):
    import time

    f = loop(set())
    jit_focus(sample_args=(200,), when="background")(f)
    end = time.monotonic() + 120
    while jitctl.stats(f).verdict.status == "pending" and time.monotonic() < end:
        time.sleep(0.02)
    tell(own=valid(f), real=f(3), status=jitctl.stats(f).verdict.status)
elif part("samples_that_fail"):
    f = loop(set())
    jit_focus(sample_args=("three",), when="decoration")(f)
    verdict = jitctl.stats(f).verdict
    tell(right=f(16), own=valid(f), status=verdict.status, told="TypeError" in verdict.message)
