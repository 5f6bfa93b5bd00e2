"""What the tests of test_state.py have fresh interpreters run."""

import gc
import time

from look import executors, fresh, graph, opcodes, steps, tell, valid
from parts import part

import jitctl
from jitctl import jit_focus, jit_ignore

SOURCE = """def target(n):
    t = 0
    for i in range(n):
        t += i
    while n:
        n -= 1
        t ^= n
    return t
"""


def regions(f):
    return [one.to_dict() for one in jitctl.stats(f).tier.regions]


if part("regions_of_two_loops"):
    f = jit_focus(fresh(SOURCE))
    before = regions(f)
    f(50)
    f(50)
    tell(
        before=before,
        regions=regions(f),
        sizes={str(k): [len(e), len(e.get_jit_code() or b"")] for k, e in executors(f).items()},
        text=str(jitctl.stats(f).tier),
    )
elif part("region_of_an_entry"):
    f = jit_focus(fresh("def target(x):\n    y = x * 3 + 1\n    z = y * y - x\n    return (z + y) * (z - y) + x * z\n"))

    def drive():
        for i in range(40):
            f(i)

    drive()
    tell(regions=regions(f))
elif part("unhinted_and_ignored_have_none"):
    f = jit_ignore(fresh(SOURCE))
    f(20_000)
    tell(regions=regions(f), text=str(jitctl.stats(f).tier))
    try:
        jitctl.stats(fresh(SOURCE))
    except LookupError:
        tell(unhinted="LookupError")
elif part("what_cpython_threw_away_is_not_valid"):
    f = jit_focus(fresh(SOURCE))
    f(50)
    f(50)
    jit_ignore(f)
    tell(regions=[one for one in regions(f) if one["valid"]], text=str(jitctl.stats(f).tier))
elif part("reading_changes_nothing"):
    f, g = jit_focus(fresh(SOURCE)), jit_focus(fresh(SOURCE))
    f(50)
    f(50)
    gc.disable()

    def memory():
        return f.__code__._co_code_adaptive, g.__code__._co_code_adaptive

    def state():
        return opcodes(f), graph(f), opcodes(g)

    found = []
    while len(found) < 40:
        begun = steps()
        raw, before = memory(), state()
        for _ in range(20):
            jitctl.stats(f), jitctl.stats(g), str(jitctl.stats()), jitctl.stats().to_json()
        found.append([memory() == raw, state() == before])
        if steps() == begun:
            break  # a step of maintenance in between may write
        time.sleep(0.05)
    else:
        found = ["never without a step in between"]
    tell(same=found[-1])
    g(16)
    tell(armed=valid(g))
elif part("the_whole_table_and_doctor"):
    import json

    fs = [jit_focus(fresh(SOURCE)) for _ in range(5)]
    for f in fs:
        f(50)
        f(50)
    found = jitctl.stats().to_dict()
    tell(
        records=len(found["records"]),
        backend=found["backend"]["name"],
        json=len(json.dumps(found)) > 100,
        compiled=sum(len(one["tier"]["regions"]) == 2 for one in found["records"]),
    )
elif part("code_that_is_entered_and_that_an_exit_leads_to_is_one_region"):
    f = jit_focus(
        fresh("""def target(n):
    t = 0
    for i in range(n):
        for j in range(i % 5):
            t += j
        if i % 3: t += 1
        else: t -= 1
        while t > 100: t -= 7
    return t
""")
    )
    for _ in range(400):
        f(100)
    import look

    traces = [one for one in look._graph(f).values() if len(one) > 1]  # a single one stands for an exit never taken
    tell(entered=len(executors(f)), all=len(traces), kinds=[one["kind"] for one in regions(f) if one["valid"]])
