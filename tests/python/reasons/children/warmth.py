"""What the tests of test_warmth.py have fresh interpreters run."""

from parts import given, part

import jitctl


class A:
    def __add__(self, other):
        return 1

    def __lt__(self, other):
        return True


a = A()


def f(a):
    "None of its instructions can be specialised for such an object."
    (a + a) and (a < a)


def entry(a, b, c):
    if c:
        return a[0] * b[0] + a[1]
    return a + b


def loop(n, c):
    total = 0
    for i in range(n):
        total += i if i >= 0 else c[0]
    if c:
        total *= c[0] - c[1]
    return total


if part("a_warm_function_is_not_warmed_again"):
    calls = []

    def samples():
        calls.append(1)
        return (a,)

    argument = {"1": 1, "a": a}[given.argument]
    for _ in range(200):
        f(argument)
    jitctl.jit_focus(sample_args=samples, when="decoration")(f)
    print(jitctl.stats(f).verdict.code, len(calls), jitctl.stats(f).verdict.message)
elif part("a_cold_function_is_warmed"):
    jitctl.jit_focus(sample_args=(a,), when="decoration")(f)
    print(jitctl.stats(f).verdict.code, jitctl.stats(f).tier.warmth)
elif part("what_compiled_code_runs_counts_as_warm"):
    for _ in range(9000):
        entry(1, 2, 0)
    for _ in range(9):
        loop(2000, None)
    for f in entry, loop:
        seen = jitctl._backend.observe(f)
        kinds = sorted(r["kind"] for r in seen["regions"] if r["valid"])
        print(kinds, seen["specialisable"], seen["specialised"] + seen["failed"], seen["settled"])
