"""Hints that do not pay, and the first call of a function that is called once: what is said, and what is computed."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")

HEAD = """
import jitctl
from jitctl import jit_focus, jit_once
from twins import tell, verdict

def until(codes, call, most=5000):
    "Call until the verdict is one of these."
    for number in range(most):
        call()
        if verdict(f) in codes:
            return number
    raise AssertionError(jitctl.stats(f).verdict)
"""


def test_a_loop_over_calls_of_plain_functions_gains_nothing(scene):
    told = scene(
        HEAD
        + """
def plain(k): return k + 1
def make():
    def f(n):
        t = 0
        for k in range(n):
            t += plain(k)
        return t
    return f
f, twin = make(), make()
f(300)  # by now the bytecode shows that the calls are of a Python function
jit_focus(f)
until(("no-gain",), lambda: f(20))
said = jitctl.stats(f).verdict
tell(status=said.status, advice=said.advice, same=[f(n) == twin(n) for n in (0, 1, 300)])
"""
    )
    assert told["status"] == "unsupported"
    assert "hint" in told["advice"]
    assert all(told["same"])


@pytest.mark.parametrize("chain", ["compiler", "compiler,noop"])
def test_machine_code_that_is_always_left_is_given_up(scene, chain):
    told = scene(
        HEAD
        + """
import sys
seen = []
def make():
    def f(n):
        t = n
        import math
        seen.append(math.floor(t + 0.5))
        return seen.pop()
    return f
f, twin = jit_focus(make()), make()
ends = ("gave-up", "no-gain", "noop")
until(ends, lambda: f(3))
record = jitctl.stats(f)
said = [record.verdict, *(other.verdict for other in record.others)]
tell(codes=[one.code for one in said], messages=[one.message for one in said], same=[f(n) == twin(n) for n in (1, 2.5)])
tell(backend=record.backend, others=[other.backend for other in record.others])
""",
        JITCTL_BACKEND=chain,
    )
    assert {"gave-up", "no-gain"} & set(told["codes"])
    assert all(told["same"])


def test_a_function_that_is_called_once_runs_compiled(scene):
    told = scene(
        HEAD
        + """
def make():
    def f(n):
        t, x = 1, 0.0
        for k in range(n):
            t = (t * 69069 + k) & 0xFFFFFFFF
            x += (t & 7) * 0.5
        return t, x
    return f
f, twin = jit_once(make()), make()
found = f(20_000)
said = jitctl.stats(f).verdict
measures = {name: value for name, value, _ in said.measures}
tell(same=found == twin(20_000), code=said.code, entered=measures.get("entered"), exits=measures.get("exits", 0))
"""
    )
    assert told["same"]
    assert told["code"] == "compiled"
    # The very first call ran in machine code, to its end.
    assert told["entered"] == 1
    assert told["exits"] == 0


def test_machine_code_that_only_compiled_callers_call_is_given_up_too(scene):
    told = scene(
        HEAD
        + """
def make():
    def f(box, odd):
        if odd:
            import math
        return box
    return f
def caller():
    def g(box, odd):
        return f(box, odd)
    return g
f, twin = jit_focus(make()), make()
callers = [jit_focus(caller()) for _ in range(10)]
def rotate(odd):
    for g in callers:
        g([], odd)
for _ in range(20):
    rotate(False)
before = [verdict(one) for one in (f, *callers)]
until(("gave-up",), lambda: rotate(True), 300)
said = jitctl.stats(f).verdict
measures = {name: value for name, value, *_ in said.measures}
for _ in range(20):
    rotate(True)
after = [verdict(one) for one in callers]
tell(before=before, exits=measures.get("exits"), entered=measures.get("entered"), after=after)
calls = [(g, box, odd) for g in callers for box in ([], 2.5) for odd in (False, True)]
tell(same=[g(box, odd) is twin(box, odd) for g, box, odd in calls])
"""
    )
    assert set(told["before"]) == {"compiled"}
    assert told["exits"] > told["entered"] / 4
    # The callers are compiled anew, and do not leave at each call.
    assert "gave-up" not in told["after"]
    assert all(told["same"])


def test_objects_of_more_classes_than_are_compiled_for_do_not_leave(scene):
    told = scene(
        HEAD
        + """
def make():
    def f(one):
        if one.first:
            one.count = one.second
        return one.both() + one.second
    return f
class Base:
    def __init__(self, number):
        self.first, self.second, self.count = number % 2, number, 0
    def both(self):
        return self.first + self.second
objects = [type(f"Class{number}", (Base,), {})(number) for number in range(7)]
f, twin = jit_focus(make()), make()
def rotate():
    return [f(one) for one in objects]
def left():
    return {name: value for name, value, *_ in jitctl.stats(f).verdict.measures}.get("exits", 0)
for _ in range(100):
    rotate()
before = left()
for _ in range(100):
    rotate()
tell(code=verdict(f), exits=left() - before, same=rotate() == [twin(one) for one in objects])
"""
    )
    assert told == {"code": "compiled", "exits": 0, "same": True}


def test_functions_that_are_made_do_not_leave_machine_code(scene):
    told = scene(
        HEAD
        + """
def make():
    def f(a, b):
        total = a
        def add(x, y=b):
            nonlocal total
            total += x + y
            return total
        return add
    return f
f, twin = make(), make()
jit_focus(f)
until(("compiled",), lambda: f(1, 2)(3))
same = [f(a, b)(3) == twin(a, b)(3) for a in (1, 2.5) for b in (0, 1)]
for _ in range(50):
    f(1, 2)
tell(code=verdict(f), exits=[str(one) for one in jitctl.stats(f).tier.exits], same=same)
"""
    )
    assert told["code"] == "compiled"
    assert told["exits"] == []
    assert all(told["same"])
