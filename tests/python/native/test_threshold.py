"""jit_focus(threshold=N): nothing is compiled before, everything soon after, and maintenance does not hurry it."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")

PRELUDE = """
import gc, sys, time, jitctl
from jitctl import jit_focus
from look import fresh, tell, valid
LOOP = "def target(n):\\n    t = 0\\n    for i in range(n):\\n        t += i\\n    return t\\n"
FLAT = '''
def target(n):
    a = n * 0.5 + 1.0
    b = a * a - n
    c = b * 0.25 + a
    return a + b + c
'''
def drive(f, calls, argument=3.0):
    for _ in range(calls): f(argument)
def step(times=2):
    for _ in range(times):
        time.sleep(0.06)
        gc.collect()
"""


@pytest.mark.parametrize("threshold", [1, 40, 900, 1_500, 4_000])
def test_a_loop_waits_so_long(scene, mode, threshold):
    code = f"""
f = jit_focus(threshold={threshold})(fresh(LOOP))
text = jitctl.stats(f).verdict.message
f({threshold} // 2)
step()                              # what counts down is not given up
f(({threshold} - 1) // 2)
before = valid(f)
f(8)
tell(before=before, after=valid(f), text=text)
"""
    told = scene(PRELUDE + code, **mode)
    assert (told["before"], told["after"]) == (0, 1)
    assert f"about {threshold + 3} iterations" in told["text"]


@pytest.mark.skipif(sys.version_info < (3, 15), reason="3.14 compiles no entries")
@pytest.mark.parametrize("threshold", [1, 30, 2_000])
def test_a_function_without_a_loop_waits_ten_calls_longer(scene, mode, threshold):
    code = f"""
f = jit_focus(threshold={threshold})(fresh(FLAT))
drive(f, {threshold} + 8)
before = valid(f)
step()
drive(f, 8)
tell(before=before, after=valid(f))
"""
    assert scene(PRELUDE + code, **mode) == {"before": 0, "after": 1}


def test_the_last_hint_counts(scene, mode):
    code = """
f = jit_focus(threshold=300)(fresh(LOOP))
f(100)
jit_focus(f)
f(16)
early = valid(f)
g = jit_focus(fresh(LOOP))
jit_focus(threshold=300)(g)
g(250)
tell(early=early, late=valid(g))
"""
    assert scene(PRELUDE + code, **mode) == {"early": 1, "late": 0}


def test_it_goes_with_a_new_code_object(scene, mode):
    code = """
f = jit_focus(threshold=400)(fresh(LOOP))
f.__code__ = fresh(LOOP).__code__
for _ in range(3): step()
f(300)
before = valid(f)
f(200)
tell(before=before, after=valid(f))
"""
    assert scene(PRELUDE + code, **mode) == {"before": 0, "after": 1}


def test_with_a_profile_the_calls_before_are_what_it_is_compared_with(scene, mode):
    code = """
f = jit_focus(threshold=400, profile=True)(fresh(LOOP))
for _ in range(30): f(10)
before = valid(f)
for _ in range(3_000): f(10)
profile = jitctl.stats(f).profile
tell(before=before, after=valid(f), told_apart=profile.before.count >= 40 and profile.after.count > 0)
"""
    assert scene(PRELUDE + code, **mode) == {"before": 0, "after": 1, "told_apart": True}


def test_an_unharmed_result(scene, mode):
    code = """
f, twin = jit_focus(threshold=25)(fresh(FLAT)), fresh(FLAT)
tell(same=[f(x) for x in range(100)] == [twin(x) for x in range(100)])
"""
    assert scene(PRELUDE + code, **mode) == {"same": True}
