"""What the tests of test_reading.py have fresh interpreters run."""

import gc

from look import fresh, tell, valid
from parts import part

import jitctl
from jitctl import jit_focus, jit_once

gc.disable()  # so that only the clock could take a step in between
FIVE = """
def target(n, m):
    t = 0
    for i in range(n): t += i
    for i in range(n): t ^= i
    for i in range(n): t -= i
    for i in range(n): t |= i
    for i in range(m): t += i & 3
    return t
"""

if part("compiled_as_soon_as_it_is"):
    f = jit_focus(fresh("def target(n):\n    t = 0\n    for i in range(n): t += i\n    return t\n"))
    codes = []
    for n in (1, 30):
        f(n)
        codes.append((jitctl.stats(f).verdict.code, valid(f)))
    tell(codes=codes, listed=[record.verdict.code for record in jitctl.stats()])
elif part("how_many_of_several_loops"):
    f = jit_focus(fresh(FIVE))
    told = []
    for n, m in ((1, 1), (30, 1), (30, 30)):
        f(n, m)
        verdict = jitctl.stats(f).verdict
        told.append((verdict.code, verdict.status, verdict.message.split(";")[0], valid(f)))
    tell(told=told)
elif part("dropped_code_is_not_called_compiled"):
    import builtins

    f = jit_focus(fresh("def target(n):\n    t = 0\n    for i in range(n): t += i\n    return t\n"))
    f(30)
    before = jitctl.stats(f).verdict.code
    builtins.jitctl_test = 1
    del builtins.jitctl_test
    after = jitctl.stats(f).verdict
    tell(before=before, dropped=valid(f), code=after.code, agrees=(after.code == "compiled") == bool(valid(f)))
elif part("a_function_that_shares_its_code_keeps_its_verdict"):

    def make():
        def inner(n):
            t = 0
            for i in range(n):
                t += i
            return t

        return inner

    one, other = make(), make()
    jit_once(one)
    jit_focus(other)
    other(30)
    tell(one=jitctl.stats(one).verdict.code, other=jitctl.stats(other).verdict.code)
elif part("reading_changes_nothing"):
    f = jit_focus(fresh(FIVE))
    f(30, 1)

    def look():
        return f.__code__._co_code_adaptive

    def reads():
        before = look()
        told = {jitctl.stats(f).verdict.message for _ in range(3)}
        return [look() == before, len(told)]

    tell(settled=[True, 1] in [reads() for _ in range(20)])  # a step of maintenance may fall into some
elif part("no_way_to_read_says_armed_beside_compiled"):
    f = jit_focus(fresh(FIVE))
    shown = []
    for n, m in ((1, 1), (30, 1), (30, 30)):
        f(n, m)
        found = jitctl.stats()
        record = found[0]
        rows = [one for one in found._repr_html_().split("<tr>") if "target" in one]
        shown.append(
            [
                record.verdict.code,
                found.to_dict()["records"][0]["verdict"]["code"],
                [str(found), *rows, repr(record), str(record), record._repr_html_()],
            ]
        )
    tell(shown=shown)
