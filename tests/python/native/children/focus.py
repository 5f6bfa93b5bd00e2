"""What the tests of test_focus.py have fresh interpreters run."""

import sys

from look import fresh, nested, tell, valid
from parts import given, part

import jitctl
from jitctl import jit_focus

if part("one_call_of_few_iterations"):
    source = "def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
    f, twin = fresh(source), fresh(source)
    assert jit_focus(f) is f
    same = f(given.iterations) == twin(given.iterations)
    tell(same=same, hinted=valid(f), twin=valid(twin), status=jitctl.stats(f).verdict.status)
elif part("calls_of_four_iterations"):
    f = jit_focus(fresh("def target(n):\n    t = 0\n    while n:\n        t += n\n        n -= 1\n    return t\n"))

    def drive():
        for _ in range(4):
            f(4)

    drive()
    tell(own=valid(f))
elif part("applied_to_a_function_that_ran_already"):
    f = fresh("def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n")
    f(500)
    f(500)
    tell(before=valid(f))
    jit_focus(f)
    f(16)
    tell(own=valid(f))
elif part("every_loop_of_a_function"):
    source = """
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
"""
    f = jit_focus(fresh(source))
    f(16)
    f(16)
    tell(own=valid(f), loops={name: value for name, value, _ in jitctl.stats(f).verdict.measures}["loops"])
elif part("nested_loops"):
    f = jit_focus(
        fresh("""
def target(n):
    t = 0
    for i in range(n):
        for j in range(n):
            t += i ^ j
    return t
""")
    )
    r = f(16)
    tell(own=valid(f) > 0, right=r == sum(i ^ j for i in range(16) for j in range(16)))
elif part("loops_longer_than_an_argument"):
    lines = given.lines
    body = "".join(f"        if i == {k}:\n            t += {k}\n" for k in range(1000, 1000 + lines))
    source = f"def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n{body}    return t\n"
    f, twin = jit_focus(fresh(source)), fresh(source)
    import dis

    extended = any(one.opname == "EXTENDED_ARG" for one in dis.get_instructions(twin))
    same = [f(n) for n in (16, 16, 100)] == [twin(n) for n in (16, 16, 100)]
    tell(same=same, own=valid(f), extended=extended, status=jitctl.stats(f).verdict.status)
elif part("an_extended_loop_with_a_short_way"):
    body = "".join(f"            t -= {k}\n" for k in range(200))
    source = (
        f"def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n        if t < 0:\n{body}    return t\n"
    )
    f = jit_focus(fresh(source))
    tell(right=f(16) == 120 and f(16) == 120, own=valid(f))
elif part("code_nested_in_the_function"):
    source = """
def target(n):
    def inner(k):
        t = 0
        for i in range(k): t += i
        return t
    return inner(n) + inner(n)
"""
    f = jit_focus(fresh(source))
    r = f(16)
    tell(right=r == 240, own=[valid(one) for one in nested(f.__code__)])
elif part("a_class"):
    source = """
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
"""
    C = fresh(source)()
    assert jit_focus(C) is C
    rs = [C().a(16), C.b(16), C().p]
    tell(right=rs == [120] * 3, own=[valid(C.a), valid(C.b), valid(C.p if not isinstance(C.p, property) else C.p.fget)])
elif part("results_stay_the_same"):
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
elif part("without_the_opt_in_nothing_is_promised"):
    f = jit_focus(fresh("def target(n):\n    t = 0\n    for i in range(n): t += i\n    return t\n"))
    f(20_000)
    verdict = jitctl.stats(f).verdict
    tell(own=valid(f), status=verdict.status, code=verdict.code, advice=bool(verdict.advice), on=sys._jit.is_enabled())
