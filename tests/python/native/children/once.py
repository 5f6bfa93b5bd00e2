"""What the tests of test_once.py have fresh interpreters run."""

import gc
import sys
import time

from look import opcodes, steps, tell, until
from parts import part
from prelude_once import make, settle, shake, state, train, trained_again, unchanged

import jitctl
from jitctl import jit_focus, jit_once

if part("nothing_changes_under_new_types_and_branches"):
    sys.monitoring.use_tool_id(3, "another")  # no trial then, after which it would be trained anew
    a, twin = make(), make()
    f = jit_once(a["target"])
    pending = jitctl.stats(f).verdict.status
    verdict = settle(a)
    for _ in range(8):
        train(twin)
    before, twin_before = state(f), state(twin["target"])
    same = shake(a) == shake(twin)
    after = state(f)
    kept = unchanged(before, after) or trained_again(f)
    tell(
        pending=pending,
        status=verdict.status,
        message=jitctl.stats(f).verdict.message,
        same=same,
        unchanged=kept,
        specialised=any(one not in __import__("opcode").opmap for one in before[0]),
        own=len(before[1]),
        twin_changed=state(twin["target"])[0] != twin_before[0] or state(twin["target"])[1] != twin_before[1],
    )
elif part("trained_with_samples_before_the_first_real_call"):
    sys.monitoring.use_tool_id(3, "another")  # no trial then, which would release it to compare
    a = make()
    many = [a["A"]() for _ in range(40)]
    f = jit_once(sample_args=(many,), when="decoration")(a["target"])
    verdict = jitctl.stats(f).verdict
    before = state(f)
    shake(a)
    after = state(f)
    tell(
        status=verdict.status,
        message=verdict.message,
        own=len(before[1]),
        same=unchanged(before, after) or trained_again(f),
        new=[(a, b) for a, b in zip(before[0], after[0], strict=False) if a != b],
        graphs=[before[1], after[1]],
        roots=[before[2], after[2]],
        then=jitctl.stats(f).verdict.message,
    )
elif part("under_a_foreign_trace"):
    source = """
def target(x, y):
    z = x + y
    z = z * 2 - x
    return z
def drive(n, x, y):
    t = 0
    for i in range(n):
        t += target(x, y)
    return t
"""
    space = {}
    exec(source, space)
    f, drive = space["target"], space["drive"]
    jit_once(f)
    status = settle(space, lambda space: [f(i, 2) for i in range(2000)]).status
    before = opcodes(f)
    if hasattr(sys, "_jit"):
        jit_focus(drive)
    drive(20_000, 1, 2)
    same_types = opcodes(f) == before
    for _ in range(50):
        drive(500, 1.5, 2.5)
        drive(500, "a" if False else 2, 10**30)
    tell(status=status, same_types=same_types, new_types=opcodes(f) == before, right=drive(10, 1, 2) == 50)
elif part("after_gc_and_a_settrace"):
    a = make()
    f = jit_once(a["target"])
    first = settle(a).status

    def trace(*_):
        return trace

    sys.settrace(trace)
    f([a["A"]()] * 3)
    sys.settrace(None)
    for _ in range(8):
        train(a)
        time.sleep(0.06)
        gc.collect()
    status = jitctl.stats(f).verdict.status
    before = state(f)
    shake(a)
    after = state(f)
    tell(
        first=first,
        status=status,
        same=unchanged(before, after) or trained_again(f),
        new=[(a, b) for a, b in zip(before[0], after[0], strict=False) if a != b],
        graphs=[before[1], after[1]],
        roots=[before[2], after[2]],
        then=jitctl.stats(f).verdict.message,
    )
elif part("taken_back_it_adapts_again"):
    a = make()
    f = jit_once(a["target"])
    settle(a)
    before = opcodes(f)
    undone = jitctl._backend.undo(f)
    for _ in range(4):
        shake(a)
    tell(undone=undone, changed=opcodes(f) != before)
elif part("not_frozen_before_it_is_trained"):
    a = make()
    f = jit_once(a["target"])
    f([a["A"]()])
    early = jitctl.stats(f).verdict.status
    settle(a)
    tell(early=early, specialised=any("_" in one and one not in __import__("opcode").opmap for one in opcodes(f)))
elif part("not_frozen_after_one_call_that_is_followed_by_none"):
    a = make()
    f = jit_once(a["target"])
    f([a["A"]()])
    begun = steps()
    looked = until(lambda: steps() >= begun + 6, lambda: time.sleep(0.01))
    idle = jitctl.stats(f).verdict.status
    then = settle(a).status
    tell(
        looked=looked,
        idle=idle,
        then=then,
        specialised=any("_" in one and one not in __import__("opcode").opmap for one in opcodes(f)),
    )
