"""jit_ignore beyond the adversarial set: moments, forks, costs, taking it back. Beside tools: test_ignore_tools.py."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_applied_from_inside_a_running_compiled_loop(scene, mode):
    assert scene("applied_from_inside_a_running_compiled_loop", **mode) == {
        "before": True,
        "after": False,
        "right": True,
        "own": 0,
    }


@pytest.mark.parametrize("how", ["jit_ignore(owner.f)", "jit_ignore(profile=False)(owner.f)", "jit_ignore(owner)"])
def test_applied_while_its_callers_trace_is_recorded(scene, mode, how):
    told = scene("applied_while_its_callers_trace_is_recorded", given={"how": how}, **mode)
    assert told["calls"] > 1_000
    assert told["active"] == 0
    assert told["shown"]  # a function that is not ignored runs in a trace there


def test_applied_to_a_generator_that_runs(scene, mode):
    assert scene("applied_to_a_generator_that_runs", **mode) == {"before": True, "after": False}


def test_survives_reading_the_code_gc_and_fork(scene, mode):
    assert scene("survives_reading_the_code_gc_and_fork", quiet=False, **mode) == {"parent": False, "child": 43}


def test_ignored_before_the_jit_was_switched_on(scene, mode):
    assert scene("ignored_before_the_jit_was_switched_on", **mode) == {"active": False, "status": "applied"}


def test_nested_code_is_ignored_too(scene, mode):
    told = scene("nested_code_is_ignored_too", **mode)
    assert told["control"] is True
    assert told["active"] is False
    assert set(told["own"]) == {0}


def test_taken_back_it_compiles_again(scene, mode):
    assert scene("taken_back_it_compiles_again", **mode) == {
        "ignored": False,
        "undone": True,
        "twice": False,
        "after": True,
    }


def test_disabled_it_does_nothing(scene, mode):
    assert scene("disabled_it_does_nothing", JITCTL_DISABLE="1", **mode) == {"as_without_hint": True, "events": []}


def test_other_functions_still_compile(scene, mode):
    assert scene("other_functions_still_compile", **mode) == {"ignored": False, "other": True}


def test_a_loop_without_calls_keeps_no_events(scene, mode):
    """What the hint costs: nothing is left in force behind the entry when the loop's form is known."""
    told = scene("a_loop_without_calls_keeps_no_events", **mode)
    assert told["done"] is True, told["left"]
    assert told["entry"] == "INSTRUMENTED_RESUME"
    assert told["jump"] == ["JUMP_BACKWARD_NO_JIT"]
    assert told["right"] is True
    assert told["text"].startswith("kept out of compiled code by events at its entry")


def test_where_the_bytecode_may_not_be_written_all_events_stay(scene):
    told = scene("where_the_bytecode_may_not_be_written_all_events_stay", PYTHON_JIT="1", JITCTL_NATIVE_FALSIFY="2")
    assert told.pop("text").endswith("at its entry, calls and jumps")
    assert told == {"active": False, "jump": ["INSTRUMENTED_JUMP_BACKWARD"], "undone": True}


def test_hinted_while_it_runs_it_becomes_cheap_later(scene, mode):
    """A trace that is being recorded goes on in a frame that runs, unless every instruction stops it."""
    told = scene("hinted_while_it_runs_it_becomes_cheap_later", **mode)
    assert told == {"inside": [False], "first": [False, 0], "cheap": True, "active": False, "own": 0}


def test_forms_that_settled_are_given_back(scene, mode):
    """An instruction that was frozen meets other types, and is specialised again; taken back, none stays frozen."""
    told = scene("forms_that_settled_are_given_back", **mode)
    assert told == {"seen": ["FOR_ITER_RANGE", "FOR_ITER_LIST"], "frozen": False, "instrumented": []}
