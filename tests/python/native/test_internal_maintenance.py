"""What the native backend keeps up by itself: arming again, freezing, forgetting, and what a step of that costs."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_dropped_code_comes_back(scene, mode):
    told = scene("dropped_code_comes_back", **mode)
    assert told["seen"] == [1, 0, 1, 1]


def test_code_that_is_dropped_very_often(scene, mode):
    told = scene("code_that_is_dropped_very_often", **mode)
    assert told["seen"] == [0, 1, 1]


def test_a_tool_that_comes_and_goes(scene, mode):
    told = scene("a_tool_that_comes_and_goes", **mode)
    assert (told["compiled"], told["on"]) == (1, True)
    if "PYTHON_JIT" not in mode:
        assert told["plain"] == 0
        assert "while a tracing tool is active" in told["off"]


def test_a_hint_follows_new_code(scene, mode):
    told = scene("a_hint_follows_new_code", **mode)
    assert "the hint follows" in told.pop("message")
    assert told == {"first": ["armed", "excluded"], "compiled": 1, "ignored": 0, "undone": [True, True]}


def test_the_verdict_tells_when_it_is_compiled_and_when_that_is_dropped(scene, mode):
    told = scene("the_verdict_tells_when_it_is_compiled_and_when_that_is_dropped", **mode)
    armed = "1 loop armed: compiled after about 5 iterations or calls of real traffic; this hint replaced ignore"
    assert told["first"] == ["armed", armed]
    assert told["compiled"] == [["compiled", "1 loop compiled"]] * 2 + [["armed", armed]]
    assert ["loops", 1.0, "sites"] in told["measures"]
    assert told["dropped"][0] == "armed"
    assert "armed again, since CPython dropped compiled code" in told["dropped"][1]
    assert told["again"] == "compiled"
    assert told["cold"] == "1 loop compiled; this hint replaced ignore"


@pytest.mark.parametrize("mode", ["opt-in"], indirect=True)  # a JIT that the user switched on stays on
def test_the_switch_goes_off_with_the_last_hint(scene, mode):
    told = scene("the_switch_goes_off_with_the_last_hint", **mode)
    assert told == {"on": [True, 1], "off": True, "nothing": 0, "again": 1, "others": 0}


def test_functions_that_share_code(scene, mode):
    told = scene("functions_that_share_code", **mode)
    assert told == {
        "kept": [True, 1],
        "later": ["shared-code", "excluded", 0],
        "promise": ["shared-code", "shared-code", "excluded", 0],
        "stays": 0,
        "free": [True, 1],
    }


def test_once_is_frozen_when_it_settled(scene, mode):
    told = scene("once_is_frozen_when_it_settled", **mode)
    assert (told["first"], told["before"], told["status"], told["same"]) == ("training", "frozen", "applied", True)
    assert "this hint replaced once" in told["message"]


def test_a_frozen_function_whose_code_was_dropped(scene, mode):
    told = scene("a_frozen_function_whose_code_was_dropped", **mode)
    assert told == {"first": [True, True], "gone": 0, "seen": ["training"], "back": True, "now": "frozen"}


def test_dead_functions_are_forgotten(scene, mode):
    told = scene("dead_functions_are_forgotten", **mode)
    assert told["kept"] < 1_000
    assert told["left"] < 10
    assert told["grown"] < 8_000  # KiB


def test_steps_stay_rare_with_a_thousand_hints(scene, mode):
    told = scene("steps_stay_rare_with_a_thousand_hints", **mode)
    assert 4 <= told["steps"] <= 8


def test_closures_share_one_record(scene, mode):
    told = scene("closures_share_one_record", **mode)
    assert told == {"records": 1, "codes": 1, "compiled": 1}


@pytest.mark.parametrize("space", [{}, {"__builtins__": {}}], ids=["no builtins", "builtins without import"])
def test_a_step_on_top_of_a_function_that_cannot_import(scene, mode, space):
    """An import takes the running function's builtins; where it has none, a tool was taken to be active."""
    told = scene("a_step_on_top_of_a_function_that_cannot_import", given={"space": space}, **mode)
    assert told == {"stepped": True, "on": True, "tool": False, "compiled": 1}


def test_many_functions_that_a_tool_has_rewritten(scene, mode):
    """One look through all code a step is enough; one for each function would stop the program for seconds."""
    told = scene("many_functions_that_a_tool_has_rewritten", **mode)
    assert told["compiled"] == 400
    assert told["ms"] < (1_000 if told["debug"] else 250)
