"""What the tests of test_threshold.py have fresh interpreters run."""

import gc
import time

from look import fresh, tell, valid
from parts import given, part

import jitctl
from jitctl import jit_focus

LOOP = "def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
FLAT = """
def target(n):
    a = n * 0.5 + 1.0
    b = a * a - n
    c = b * 0.25 + a
    return a + b + c
"""


def drive(f, calls, argument=3.0):
    for _ in range(calls):
        f(argument)


def step(times=2):
    for _ in range(times):
        time.sleep(0.06)
        gc.collect()


if part("a_loop_waits_so_long"):
    f = jit_focus(threshold=given.threshold)(fresh(LOOP))
    text = jitctl.stats(f).verdict.message
    f(given.threshold // 2)
    step()  # what counts down is not given up
    f((given.threshold - 1) // 2)
    before = valid(f)
    f(8)
    tell(before=before, after=valid(f), text=text)
elif part("a_function_without_a_loop_waits_ten_calls_longer"):
    f = jit_focus(threshold=given.threshold)(fresh(FLAT))
    drive(f, given.threshold + 8)
    before = valid(f)
    step()
    drive(f, 8)
    tell(before=before, after=valid(f))
elif part("the_last_hint_counts"):
    f = jit_focus(threshold=300)(fresh(LOOP))
    f(100)
    jit_focus(f)
    f(16)
    early = valid(f)
    g = jit_focus(fresh(LOOP))
    jit_focus(threshold=300)(g)
    g(250)
    tell(early=early, late=valid(g))
elif part("it_goes_with_a_new_code_object"):
    f = jit_focus(threshold=400)(fresh(LOOP))
    f.__code__ = fresh(LOOP).__code__
    for _ in range(3):
        step()
    f(300)
    before = valid(f)
    f(200)
    tell(before=before, after=valid(f))
elif part("with_a_profile_the_calls_before_are_what_it_is_compared_with"):
    f = jit_focus(threshold=400, profile=True)(fresh(LOOP))
    for _ in range(30):
        f(10)
    before = valid(f)
    for _ in range(3_000):
        f(10)
    profile = jitctl.stats(f).profile
    tell(before=before, after=valid(f), told_apart=profile.before.count >= 40 and profile.after.count > 0)
elif part("an_unharmed_result"):
    f, twin = jit_focus(threshold=25)(fresh(FLAT)), fresh(FLAT)
    tell(same=[f(x) for x in range(100)] == [twin(x) for x in range(100)])
