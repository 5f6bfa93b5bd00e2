"""jit_focus on loops: compiled within 16 iterations of real calls, every loop, and with the same results."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")

PRELUDE = """
import sys, jitctl
from jitctl import jit_focus
from look import code_of, executors, fresh, nested, tell, valid
"""


@pytest.mark.parametrize("iterations", [16, 12, 8])
def test_one_call_of_few_iterations(scene, mode, iterations):
    code = f"""
source = "def target(n):\\n    t = 0\\n    for i in range(n):\\n        t += i\\n    return t\\n"
f, twin = fresh(source), fresh(source)
assert jit_focus(f) is f
same = f({iterations}) == twin({iterations})
tell(same=same, hinted=valid(f), twin=valid(twin), status=jitctl.stats(f).verdict.status)
"""
    assert scene(PRELUDE + code, **mode) == {"same": True, "hinted": 1, "twin": 0, "status": "applied"}


def test_calls_of_four_iterations(scene, mode):
    code = """
f = jit_focus(fresh("def target(n):\\n    t = 0\\n    while n:\\n        t += n\\n        n -= 1\\n    return t\\n"))
def drive():
    for _ in range(4):
        f(4)
drive()
tell(own=valid(f))
"""
    assert scene(PRELUDE + code, **mode) == {"own": 1}


def test_applied_to_a_function_that_ran_already(scene, mode):
    code = """
f = fresh("def target(n):\\n    t = 0\\n    for i in range(n):\\n        t += i\\n    return t\\n")
f(500); f(500)
tell(before=valid(f))
jit_focus(f)
f(16)
tell(own=valid(f))
"""
    assert scene(PRELUDE + code, **mode) == {"before": 0, "own": 1}


def test_every_loop_of_a_function(scene, mode):
    code = """
source = '''
def target(n):
    t = 0
    for i in range(n): t += i
    k = n
    while k:
        t ^= k
        k -= 1
    out = [x * x for x in range(n)]
    for i in range(n):
        t += i & 1
    return t + len(out)
'''
f = jit_focus(fresh(source))
f(16)
f(16)
tell(own=valid(f), loops=dict((name, value) for name, value, _ in jitctl.stats(f).verdict.measures)["loops"])
"""
    assert scene(PRELUDE + code, **mode) == {"own": 4, "loops": 4}


def test_nested_loops(scene, mode):
    code = """
f = jit_focus(fresh('''
def target(n):
    t = 0
    for i in range(n):
        for j in range(n):
            t += i ^ j
    return t
'''))
r = f(16)
tell(own=valid(f) > 0, right=r == sum(i ^ j for i in range(16) for j in range(16)))
"""
    assert scene(PRELUDE + code, **mode) == {"own": True, "right": True}


@pytest.mark.parametrize("lines", [60, 300, 3000])
def test_loops_longer_than_an_argument(scene, mode, lines):
    """A long body's jump carries EXTENDED_ARG; where CPython gives up such a trace, the hint must do no harm."""
    code = f"""
lines = {lines}
body = "".join(f"        if i == {{k}}:\\n            t += {{k}}\\n" for k in range(1000, 1000 + lines))
source = f"def target(n):\\n    t = 0\\n    for i in range(n):\\n        t += i\\n{{body}}    return t\\n"
f, twin = jit_focus(fresh(source)), fresh(source)
import dis
extended = any(one.opname == "EXTENDED_ARG" for one in dis.get_instructions(twin))
same = [f(n) for n in (16, 16, 100)] == [twin(n) for n in (16, 16, 100)]
tell(same=same, own=valid(f), extended=extended, status=jitctl.stats(f).verdict.status)
"""
    told = scene(PRELUDE + code, **mode)
    assert told["same"]
    assert told["extended"] is True
    assert told["status"] in ("applied", "partial")
    if lines == 60:
        assert told["own"] == 1


def test_an_extended_loop_with_a_short_way(scene, mode):
    code = """
body = "".join(f"            t -= {k}\\n" for k in range(200))
source = ("def target(n):\\n    t = 0\\n    for i in range(n):\\n        t += i\\n        if t < 0:\\n"
          f"{body}    return t\\n")
f = jit_focus(fresh(source))
tell(right=f(16) == 120 and f(16) == 120, own=valid(f))
"""
    assert scene(PRELUDE + code, **mode) == {"right": True, "own": 1}


def test_code_nested_in_the_function(scene, mode):
    code = """
source = '''
def target(n):
    def inner(k):
        t = 0
        for i in range(k): t += i
        return t
    return inner(n) + inner(n)
'''
f = jit_focus(fresh(source))
r = f(16)
tell(right=r == 240, own=[valid(one) for one in nested(f.__code__)])
"""
    assert scene(PRELUDE + code, **mode) == {"right": True, "own": [0, 1]}


def test_a_class(scene, mode):
    code = """
source = '''
class C:
    def a(self, n):
        t = 0
        for i in range(n): t += i
        return t
    @staticmethod
    def b(n):
        t = 0
        for i in range(n): t += i
        return t
    @property
    def p(self):
        t = 0
        for i in range(16): t += i
        return t
def target(): return C
'''
C = fresh(source)()
assert jit_focus(C) is C
rs = [C().a(16), C.b(16), C().p]
tell(right=rs == [120] * 3, own=[valid(C.a), valid(C.b), valid(C.p if not isinstance(C.p, property) else C.p.fget)])
"""
    assert scene(PRELUDE + code, **mode) == {"right": True, "own": [1, 1, 1]}


def test_results_stay_the_same(scene, mode):
    code = """
from kernels import KERNELS
wrong, cold = [], []
for name, source in KERNELS.items():
    f, twin = jit_focus(fresh(source)), fresh(source)
    for n in (0, 1, 2, 3, 5, 8, 16, 50, 500, 9_000):
        if f(n) != twin(n) and name != "globals":
            wrong.append((name, n))
    if not any(valid(one) for one in nested(f.__code__)):
        cold.append(name)
tell(wrong=wrong, cold=cold)
"""
    told = scene(PRELUDE + code, **mode)
    assert told["wrong"] == []
    if sys.version_info >= (3, 15):
        assert set(told["cold"]) <= {"globals"}, "CPython drops code that stores to the globals it read"


def test_without_the_opt_in_nothing_is_promised(scene):
    code = """
f = jit_focus(fresh("def target(n):\\n    t = 0\\n    for i in range(n): t += i\\n    return t\\n"))
f(20_000)
verdict = jitctl.stats(f).verdict
tell(own=valid(f), status=verdict.status, code=verdict.code, advice=bool(verdict.advice), on=sys._jit.is_enabled())
"""
    told = scene(PRELUDE + code, JITCTL_OPT_IN="0")
    assert told == {"own": 0, "status": "unsupported", "code": "jit-off", "advice": True, "on": False}
