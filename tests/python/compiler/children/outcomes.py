"""What the tests of test_outcomes.py have fresh interpreters run."""

from parts import given, part
from twins import tell, verdict

import jitctl
from jitctl import jit_focus, jit_once


def until(codes, call, most=5000):
    "Call until the verdict is one of these."
    for number in range(most):
        call()
        if verdict(f) in codes:
            return number
    raise AssertionError(jitctl.stats(f).verdict)


if part("a_loop_over_calls_of_plain_functions_gains_nothing"):

    def plain(k):
        return k + 1

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
elif part("functions_that_a_hinted_function_makes_are_compiled_for_their_callers"):

    def make():
        total = 0

        def add(x):
            nonlocal total
            total += x
            return total

        return add

    def f(n):
        add, t = make(), 0
        for k in range(n):
            t = add(k)
        return t

    jit_focus(make)
    jit_focus(f)
    until(("compiled",), lambda: f(20))
    f(20)
    said = jitctl.stats(f).verdict
    tell(message=said.message, line=make().__code__.co_firstlineno, same=[f(n) for n in (0, 1, 300)])
elif part("a_function_that_is_ignored_is_not_compiled_for_its_callers"):

    def make():
        @jitctl.jit_ignore
        def add(x):
            return x + 1

        return add

    def f(n):
        add, t = make(), 0
        for k in range(n):
            t += add(k)
        return t

    f(300)
    jit_focus(make)
    jit_focus(f)
    for _ in range(20):
        f(20)
    tell(message=jitctl.stats(f).verdict.message, same=f(300))
elif part("machine_code_that_is_always_left_is_given_up"):
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
    tell(
        codes=[one.code for one in said],
        messages=[one.message for one in said],
        same=[f(n) == twin(n) for n in (1, 2.5)],
    )
    tell(backend=record.backend, others=[other.backend for other in record.others])
elif part("a_function_that_is_called_once_runs_compiled"):

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
elif part("a_call_counts_once_however_it_is_written"):

    def f(a, b=2, c=None):
        try:
            return sum([a, b]) if c is None else a
        except TypeError:
            return 0

    jit_focus(f, profile=False)
    for i in range(20):
        f(i)

    def entered():
        said = jitctl.stats(f).verdict
        return {name: value for name, value, *_ in said.measures}.get("entered"), said.code

    before = entered()
    exec(f"for i in range(50): {given.call}")
    tell(before=before, after=entered())
elif part("a_function_of_objects_that_is_called_once_runs_compiled"):

    class Grid:
        def __init__(self, n):
            self.n, self.rows = n, [[float(i * j % 7) for j in range(n)] for i in range(n)]

    source = (
        "def f(a, b):\n n = a.n\n made = [[0.0] * n for _ in range(n)]\n for i in range(n):\n  row = a.rows[i]\n"
        "  for j in range(n):\n   total = 0.0\n   for k in range(n): total += row[k] * b.rows[k][j]\n"
        "   made[i][j] = total\n return made"
    )
    plain, hinted = {}, {}
    exec(source, plain)
    exec(source, hinted)
    grid = Grid(12)
    f = jit_focus(hinted["f"])
    same = f(grid, grid) == plain["f"](grid, grid)
    said = jitctl.stats(f).verdict
    measures = {name: value for name, value, *_ in said.measures}
    tell(same=same, code=said.code, entered=measures.get("entered"), exits=measures.get("exits", 0))
elif part("machine_code_that_only_compiled_callers_call_is_given_up_too"):

    def make():
        def f(box, odd):
            if odd:
                import math  # noqa: F401 - machine code does not go past it
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
elif part("objects_of_more_classes_than_are_compiled_for_do_not_leave"):

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
elif part("functions_that_are_made_do_not_leave_machine_code"):

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
