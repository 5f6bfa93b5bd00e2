"""Once: nothing that comes after the freeze changes the function, and what was frozen can be thawed."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_nothing_changes_after_it_was_frozen(scene, mode):
    told = scene("nothing_changes_after_it_was_frozen", **mode)
    assert (told["status"], told["code"]) == ("applied", "frozen")
    assert told["after"] == told["before"]
    assert "specialised" in told["measures"]


def test_dropped_code_is_made_again_by_maintenance_only(scene, mode):
    told = scene("dropped_code_is_made_again_by_maintenance_only", **mode)
    assert told["seen"][0] >= 1
    assert told["seen"][1:] == [0, 0]
    assert (told["again"], told["same"]) == (True, True)
    assert told["compiled"] >= 1


def test_it_stays_frozen_after_a_tool(scene, mode):
    told = scene("it_stays_frozen_after_a_tool", **mode)
    assert told["code"] == "refrozen"
    assert told["before"] == told["after"]
    assert told["compiled"] == 0


def test_undo_lets_it_live_again(scene, mode):
    told = scene("undo_lets_it_live_again", **mode)
    assert told == {"undone": True, "changed": True, "again": False}


def test_focus_replaces_it(scene, mode):
    told = scene("focus_replaces_it", **mode)
    assert told["compiled"]
    assert "this hint replaced once" in told["message"]


def test_a_hot_caller_does_not_keep_dropped_code_away(scene, mode):
    """The caller, compiled first, has the loop in its own trace; a step takes that back when it arms the function."""
    told = scene("a_hot_caller_does_not_keep_dropped_code_away", **mode)
    assert told == {"again": True, "code": "frozen", "compiled": True}
