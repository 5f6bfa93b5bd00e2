"""Once: nothing that comes after the freeze changes the function, and what was frozen can be thawed."""

import pytest

pytestmark = pytest.mark.usefixtures("native")

PRELUDE = "from prelude_frozen import *\n"
TRAINED = PRELUDE + "f = jit_once(sample_args=([60, 70, 80] * 20,), when='decoration')(make())\n"


def test_nothing_changes_after_it_was_frozen(scene, mode):
    told = scene(
        TRAINED
        + """
v = verdict(f)
before = opcodes(f), shape(f)
other_traffic(f)
after = opcodes(f), shape(f)
tell(status=v["status"], code=v["code"], same=before == after, before=before, after=after,
     measures=[m[0] for m in v["measures"]])
""",
        **mode,
    )
    assert (told["status"], told["code"]) == ("applied", "frozen")
    assert told["after"] == told["before"]
    assert "specialised" in told["measures"]


def test_dropped_code_is_made_again_by_maintenance_only(scene, mode):
    told = scene(
        TRAINED
        + """
def steps(): return dict(_backend.chosen()["notes"])["maintenance"]
def drop():
    builtins.jitctl_test = 1
    del builtins.jitctl_test
for _ in range(40):
    begun, had = steps(), valid(f)
    drop()
    seen = [had, valid(f)]
    for _ in range(10):
        f([60, 70, 1] * 20); f((1, 2) * 30); f([1.5, 60.5] * 20)
    seen.append(valid(f))
    if steps() == begun: break       # only a step of maintenance may let it be made again
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
""",
        **mode,
    )
    assert told["seen"][0] >= 1
    assert told["seen"][1:] == [0, 0]
    assert (told["again"], told["same"]) == (True, True)
    assert told["compiled"] >= 1


def test_it_stays_frozen_after_a_tool(scene, mode):
    told = scene(
        TRAINED
        + """
sys.settrace(lambda *a: None)
f([60])
sys.settrace(None)
f([60])
for _ in range(4):
    time.sleep(0.06)
    gc.collect()
before = opcodes(f)
other_traffic(f)
tell(before=before, after=opcodes(f), compiled=valid(f))
""",
        **mode,
    )
    assert told["before"] == told["after"]
    assert told["compiled"] == 0


def test_undo_lets_it_live_again(scene, mode):
    told = scene(
        TRAINED
        + """
before = opcodes(f)
undone = _backend.undo(f)
other_traffic(f)
for _ in range(300): f([1.5, 60.5] * 50)
tell(undone=undone, changed=opcodes(f) != before, again=_backend.undo(f))
""",
        **mode,
    )
    assert told == {"undone": True, "changed": True, "again": False}


def test_focus_replaces_it(scene, mode):
    told = scene(
        TRAINED
        + """
jit_focus(f)
for _ in range(20): f([1, 2, 3] * 30)
tell(code=verdict(f)["code"], message=verdict(f)["message"], compiled=valid(f) > 0)
""",
        **mode,
    )
    assert told["compiled"]
    assert "this hint replaced once" in told["message"]


def test_a_hot_caller_does_not_keep_dropped_code_away(scene, mode):
    """The caller, compiled first, has the loop in its own trace; a step takes that back when it arms the function."""
    told = scene(
        TRAINED
        + """
def caller(n):
    for _ in range(n): f([60, 70, 80] * 20)
jit_focus(caller)
builtins.jitctl_test = 1
del builtins.jitctl_test
end = time.monotonic() + 120
again = "trained again after CPython dropped its code"
while again not in verdict(f)["message"] and time.monotonic() < end:
    caller(5_000)
tell(again=again in verdict(f)["message"], code=verdict(f)["code"], compiled=valid(f) > 0)
""",
        **mode,
    )
    assert told == {"again": True, "code": "frozen", "compiled": True}
