"""What the tests of test_internal_once.py have fresh interpreters run."""

import builtins
import gc
import sys
import time

from look import steps, tell, valid
from parts import part
from prelude_frozen import make, opcodes, other_traffic, shape, verdict

from jitctl import _backend, jit_focus, jit_once

f = jit_once(sample_args=([60, 70, 80] * 20,), when="decoration")(make())

if part("nothing_changes_after_it_was_frozen"):
    v = verdict(f)
    before = opcodes(f), shape(f)
    other_traffic(f)
    after = opcodes(f), shape(f)
    tell(
        status=v["status"],
        code=v["code"],
        same=before == after,
        before=before,
        after=after,
        measures=[m[0] for m in v["measures"]],
    )
elif part("dropped_code_is_made_again_by_maintenance_only"):

    def drop():
        builtins.jitctl_test = 1
        del builtins.jitctl_test

    for _ in range(40):
        begun, had = steps(), valid(f)
        drop()
        seen = [had, valid(f)]
        for _ in range(10):
            f([60, 70, 1] * 20)
            f((1, 2) * 30)
            f([1.5, 60.5] * 20)
        seen.append(valid(f))
        if steps() == begun:
            break  # only a step of maintenance may let it be made again
        f = jit_once(sample_args=([60, 70, 80] * 20,), when="decoration")(make())
    else:
        seen = "never without a step in between"
    end = time.monotonic() + 120
    again = "trained again after CPython dropped its code"
    while again not in verdict(f)["message"] and time.monotonic() < end:
        f([60, 70, 80] * 20)
    before = opcodes(f)
    other_traffic(f)
    tell(seen=seen, same=opcodes(f) == before, again=again in verdict(f)["message"], compiled=valid(f))
elif part("it_stays_frozen_after_a_tool"):
    sys.settrace(lambda *a: None)
    f([60])
    sys.settrace(None)
    f([60])
    end = time.monotonic() + 120
    while verdict(f)["code"] != "refrozen" and time.monotonic() < end:
        time.sleep(0.06)
        gc.collect()
    before, code = opcodes(f), verdict(f)["code"]
    other_traffic(f)
    tell(before=before, after=opcodes(f), compiled=valid(f), code=code)
elif part("undo_lets_it_live_again"):
    before = opcodes(f)
    undone = _backend.undo(f)
    other_traffic(f)
    for _ in range(300):
        f([1.5, 60.5] * 50)
    tell(undone=undone, changed=opcodes(f) != before, again=_backend.undo(f))
elif part("focus_replaces_it"):
    jit_focus(f)
    for _ in range(20):
        f([1, 2, 3] * 30)
    tell(code=verdict(f)["code"], message=verdict(f)["message"], compiled=valid(f) > 0)
elif part("a_hot_caller_does_not_keep_dropped_code_away"):

    def caller(n):
        for _ in range(n):
            f([60, 70, 80] * 20)

    jit_focus(caller)
    builtins.jitctl_test = 1
    del builtins.jitctl_test
    end = time.monotonic() + 120
    again = "trained again after CPython dropped its code"
    while again not in verdict(f)["message"] and time.monotonic() < end:
        caller(5_000)
    tell(again=again in verdict(f)["message"], code=verdict(f)["code"], compiled=valid(f) > 0)
