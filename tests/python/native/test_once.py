"""jit_once: after training nothing of the function changes: no opcode, no executor, whatever comes along."""

import sys

import pytest

#: 3.13 has no JIT that is switched on, but specialises; there the backend serves when it is named
BY_NAME = sys.version_info[:2] == (3, 13)
RECORDS = sys.version_info >= (3, 15)

PRELUDE = "from prelude_once import *\n"


@pytest.fixture
def frozen_scene(request, scene):
    """Run a scene where the hint can be judged: by name on 3.13, else with native in use."""
    if BY_NAME:
        return lambda code, **environment: scene(code, JITCTL_BACKEND="native", **environment)
    request.getfixturevalue("native")
    return scene


@pytest.fixture(params=["jit-on", "opt-in"] if not BY_NAME else ["none"])
def once_mode(request):
    optional = {} if RECORDS else {"JITCTL_OPT_IN": "1"}
    return {"jit-on": {"PYTHON_JIT": "1"}, "opt-in": optional, "none": {}}[request.param]


def test_nothing_changes_under_new_types_and_branches(frozen_scene, once_mode):
    code = """
sys.monitoring.use_tool_id(3, "another")  # no trial then, after which it would be trained anew
a, twin = make(), make()
f = jit_once(a["target"])
pending = jitctl.stats(f).verdict.status
verdict = settle(a)
for _ in range(8): train(twin)
before, twin_before = state(f), state(twin["target"])
same = shake(a) == shake(twin)
after = state(f)
kept = unchanged(before, after) or trained_again(f)
tell(pending=pending, status=verdict.status, message=jitctl.stats(f).verdict.message, same=same, unchanged=kept,
     specialised=any(one not in __import__("opcode").opmap for one in before[0]), own=len(before[1]),
     twin_changed=state(twin["target"])[0] != twin_before[0] or state(twin["target"])[1] != twin_before[1])
"""
    told = frozen_scene(PRELUDE + code, **once_mode)
    assert told["pending"] in ("pending", "applied")
    assert told["status"] in ("applied", "partial"), told
    assert told["same"]
    assert told["specialised"]
    assert told["unchanged"] or told["status"] == "partial", told
    assert told["twin_changed"], "the unhinted twin did not change either: the test shows nothing"
    if not BY_NAME:
        assert told["own"] >= 1


def test_trained_with_samples_before_the_first_real_call(frozen_scene, once_mode):
    code = """
sys.monitoring.use_tool_id(3, "another")  # no trial then, which would release it to compare
a = make()
many = [a["A"]() for _ in range(40)]
f = jit_once(sample_args=(many,), when="decoration")(a["target"])
verdict = jitctl.stats(f).verdict
before = state(f)
shake(a)
after = state(f)
tell(status=verdict.status, message=verdict.message, own=len(before[1]),
     same=unchanged(before, after) or trained_again(f),
     new=[(a, b) for a, b in zip(before[0], after[0]) if a != b],
     graphs=[before[1], after[1]], roots=[before[2], after[2]],
     then=jitctl.stats(f).verdict.message)
"""
    told = frozen_scene(PRELUDE + code, **once_mode)
    assert told["status"] in ("applied", "partial"), told
    assert told["same"] is True or told["status"] == "partial", told
    if not BY_NAME:
        assert told["own"] >= 1


def test_under_a_foreign_trace(frozen_scene, once_mode):
    """On 3.15 a caller's trace that inlines the function resets its counters, if it may."""
    code = """
source = '''
def target(x, y):
    z = x + y
    z = z * 2 - x
    return z
def drive(n, x, y):
    t = 0
    for i in range(n):
        t += target(x, y)
    return t
'''
space = {}
exec(source, space)
f, drive = space["target"], space["drive"]
jit_once(f)
status = settle(space, lambda space: [f(i, 2) for i in range(2000)]).status
before = opcodes(f)
if hasattr(sys, "_jit"): jit_focus(drive)
drive(20_000, 1, 2)
same_types = opcodes(f) == before
for _ in range(50):
    drive(500, 1.5, 2.5); drive(500, "a" if False else 2, 10**30)
tell(status=status, same_types=same_types, new_types=opcodes(f) == before, right=drive(10, 1, 2) == 50)
"""
    told = frozen_scene(PRELUDE + code, **once_mode)
    assert told["status"] in ("applied", "partial"), told
    assert told["right"]
    assert told["same_types"] is True
    assert told["new_types"] is True


def test_after_gc_and_a_settrace(frozen_scene, once_mode):
    """A tracing tool undoes every freeze; the hint has to come back, or to say that it did not."""
    code = """
a = make()
f = jit_once(a["target"])
first = settle(a).status
def trace(*_): return trace
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
tell(first=first, status=status, same=unchanged(before, after) or trained_again(f),
     new=[(a, b) for a, b in zip(before[0], after[0]) if a != b],
     graphs=[before[1], after[1]], roots=[before[2], after[2]],
     then=jitctl.stats(f).verdict.message)
"""
    told = frozen_scene(PRELUDE + code, **once_mode)
    assert told["first"] in ("applied", "partial")
    assert told["same"] is True or told["status"] in ("pending", "partial"), told


def test_taken_back_it_adapts_again(frozen_scene, once_mode):
    code = """
a = make()
f = jit_once(a["target"])
settle(a)
before = opcodes(f)
undone = jitctl._backend.undo(f)
for _ in range(4): shake(a)
tell(undone=undone, changed=opcodes(f) != before)
"""
    assert frozen_scene(PRELUDE + code, **once_mode) == {"undone": True, "changed": True}


def test_not_frozen_before_it_is_trained(frozen_scene, once_mode):
    code = """
a = make()
f = jit_once(a["target"])
f([a["A"]()])
early = jitctl.stats(f).verdict.status
settle(a)
tell(early=early, specialised=any("_" in one and one not in __import__("opcode").opmap for one in opcodes(f)))
"""
    assert frozen_scene(PRELUDE + code, **once_mode) == {"early": "pending", "specialised": True}


def test_not_frozen_after_one_call_that_is_followed_by_none(frozen_scene, once_mode):
    """Nothing of it changes then, which is no sign of having settled."""
    code = """
a = make()
f = jit_once(a["target"])
f([a["A"]()])
end = time.monotonic() + 1.5  # many steps of maintenance
while time.monotonic() < end: pass
idle = jitctl.stats(f).verdict.status
then = settle(a).status
tell(idle=idle, then=then, specialised=any("_" in one and one not in __import__("opcode").opmap for one in opcodes(f)))
"""
    told = frozen_scene(PRELUDE + code, **once_mode)
    assert (told["idle"], told["specialised"]) == ("pending", True)
    assert told["then"] in ("applied", "partial")
