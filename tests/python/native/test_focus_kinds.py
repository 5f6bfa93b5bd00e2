"""jit_focus on what is not a plain loop: entries, generators, coroutines, tiny functions, warm-up with samples."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
RECORDS = sys.version_info >= (3, 15)  # records traces, so that entries and yields can be part of one

PRELUDE = """
import sys, jitctl
from jitctl import jit_focus
from look import executors, fresh, is_active, tell, valid
STRAIGHT = "def target(x):\\n    y = x * 3 + 1\\n    z = y * y - x\\n    return (z + y) * (z - y) + x * z\\n"
LOOP = "def target(n):\\n    seen.add(A())\\n    t = 0\\n    for i in range(n):\\n        t += i\\n    return t\\n"
def loop(seen): return fresh(LOOP, A=is_active, seen=seen)
"""


def test_a_function_without_a_loop(scene, mode):
    code = """
f = jit_focus(fresh(STRAIGHT))
def drive(n):
    for i in range(n):
        f(i)
drive(16)
tell(own=valid(f), status=jitctl.stats(f).verdict.status, code=jitctl.stats(f).verdict.code)
"""
    told = scene(PRELUDE + code, **mode)
    if RECORDS:
        assert (told["own"], told["status"]) == (1, "applied")
    else:
        assert told == {"own": 0, "status": "unsupported", "code": "no-loops"}


def test_recursion_without_a_loop(scene, mode):
    code = """
f = jit_focus(fresh("def target(n):\\n    return n if n < 2 else target(n - 1) + target(n - 2)\\n"))
tell(right=f(12) == 144, own=valid(f) > 0)
"""
    told = scene(PRELUDE + code, **mode)
    assert told == {"right": True, "own": RECORDS}


@pytest.mark.parametrize("body", ["return x", "return x + 1", "return self.value", "pass"])
def test_tiny_functions_are_left_alone(scene, mode, body):
    code = f"""
class One: value = 1
f = jit_focus(fresh("def target(x, self=None):\\n    {body}\\n"))
one = One()
def drive(n):
    for i in range(n):
        f(i, one)
drive(200)
verdict = jitctl.stats(f).verdict
tell(own=valid(f), status=verdict.status, advice=bool(verdict.advice))
"""
    assert scene(PRELUDE + code, **mode) == {"own": 0, "status": "unsupported", "advice": True}


def test_a_generators_loop_without_a_yield(scene, mode):
    code = """
f = jit_focus(fresh("def target(n):\\n    t = 0\\n    for i in range(n):\\n        t += i\\n    yield t\\n"))
tell(right=list(f(16)) == [120], own=valid(f))
"""
    assert scene(PRELUDE + code, **mode) == {"right": True, "own": 1}


def test_a_generators_loop_with_a_yield(scene, mode):
    code = """
f = jit_focus(fresh("def target(n):\\n    for i in range(n):\\n        yield i * 2\\n"))
def drive(n):
    t = 0
    for v in f(n):
        t += v
    return t
r = drive(16), drive(16)
tell(right=r == (240, 240), own=valid(f), status=jitctl.stats(f).verdict.status)
"""
    told = scene(PRELUDE + code, **mode)
    assert told["right"]
    if RECORDS:
        assert (told["own"], told["status"]) == (1, "applied")
    else:
        assert (told["own"], told["status"]) == (0, "unsupported")


def test_a_coroutines_loop(scene, mode):
    code = """
import asyncio
source = '''
async def leaf(i): return i
async def target(n):
    t = 0
    for i in range(n):
        t += i
    for i in range(n):
        t += await leaf(i)
    return t
'''
f = jit_focus(fresh(source))
tell(right=[asyncio.run(f(16)) for _ in range(3)] == [240] * 3, own=valid(f), status=jitctl.stats(f).verdict.status)
"""
    told = scene(PRELUDE + code, **mode)
    assert told["right"]
    assert told["own"] >= 1
    assert told["status"] in (("applied",) if RECORDS else ("applied", "partial"))


@pytest.mark.parametrize("arguments", ["(200,)", "lambda: (200,)"])
def test_samples_at_decoration(scene, mode, arguments):
    code = f"""
seen = set()
f = loop(seen)
jit_focus(sample_args={arguments}, when="decoration")(f)
own = valid(f)
tell(own=own, real=f(3), status=jitctl.stats(f).verdict.status)
"""
    assert scene(PRELUDE + code, **mode) == {"own": 1, "real": 3, "status": "applied"}


def test_samples_before_the_first_real_call(scene, mode):
    code = """
calls = []
f = fresh("def target(n):\\n    keep(n)\\n    t = 0\\n    for i in range(n):\\n        t += i\\n    return t\\n",
          keep=calls.append)
jit_focus(sample_args=(200,))(f)
before = len(calls)
r = f(1)
tell(before=before, own=valid(f), real=r, last=calls[-1], samples=set(calls[:-1]) == {200},
     status=jitctl.stats(f).verdict.status)
"""
    told = scene(PRELUDE + code, **mode)
    assert told == {"before": 0, "own": 1, "real": 0, "last": 1, "samples": True, "status": "applied"}


def test_samples_in_the_background(scene, mode):
    code = """
import time
f = loop(set())
jit_focus(sample_args=(200,), when="background")(f)
end = time.monotonic() + 120
while jitctl.stats(f).verdict.status == "pending" and time.monotonic() < end:
    time.sleep(0.02)
tell(own=valid(f), real=f(3), status=jitctl.stats(f).verdict.status)
"""
    assert scene(PRELUDE + code, **mode) == {"own": 1, "real": 3, "status": "applied"}


def test_samples_that_fail(scene, mode):
    code = """
f = loop(set())
jit_focus(sample_args=("three",), when="decoration")(f)
verdict = jitctl.stats(f).verdict
tell(right=f(16), own=valid(f), status=verdict.status, told="TypeError" in verdict.message)
"""
    told = scene(PRELUDE + code, **mode)
    assert told["right"] == 120
    assert told["own"] == 1, "armed all the same"
    assert told["told"], told
    assert told["status"] in ("applied", "partial", "pending")
