"""Hints that do not pay, and the first call of a function that is called once: what is said, and what is computed."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")


def test_a_loop_over_calls_of_plain_functions_gains_nothing(scene):
    told = scene("a_loop_over_calls_of_plain_functions_gains_nothing")
    assert told["status"] == "unsupported"
    assert "hint" in told["advice"]
    assert all(told["same"])


def test_functions_that_a_hinted_function_makes_are_compiled_for_their_callers(scene):
    told = scene("functions_that_a_hinted_function_makes_are_compiled_for_their_callers")
    assert f"made at line {told['line']} are called directly" in told["message"]
    assert told["same"] == [0, 0, sum(range(300))]


def test_a_function_that_is_ignored_is_not_compiled_for_its_callers(scene):
    told = scene("a_function_that_is_ignored_is_not_compiled_for_its_callers")
    assert "called directly" not in told["message"]
    assert told["same"] == sum(range(1, 301))


@pytest.mark.parametrize("chain", ["compiler", "compiler,noop"])
def test_machine_code_that_is_always_left_is_given_up(scene, chain):
    told = scene("machine_code_that_is_always_left_is_given_up", JITCTL_BACKEND=chain)
    assert {"gave-up", "no-gain"} & set(told["codes"])
    assert all(told["same"])


def test_a_function_that_is_called_once_runs_compiled(scene):
    told = scene("a_function_that_is_called_once_runs_compiled")
    assert told["same"]
    assert told["code"] == "compiled"
    # The very first call ran in machine code, to its end.
    assert told["entered"] == 1
    assert told["exits"] == 0


@pytest.mark.parametrize("call", ["f(i)", "f(i, 3)", "f(i, b=3)", "f(b=1, a=i)", "f(i, 3, c=object())"])
def test_a_call_counts_once_however_it_is_written(scene, call):
    told = scene("a_call_counts_once_however_it_is_written", given={"call": call})
    (before, code), (after, code_after) = told["before"], told["after"]
    assert (code, code_after) == ("compiled", "compiled")
    assert after - before == 50


def test_a_function_of_objects_that_is_called_once_runs_compiled(scene):
    told = scene("a_function_of_objects_that_is_called_once_runs_compiled")
    assert told == {"same": True, "code": "compiled", "entered": 1, "exits": 0}


def test_machine_code_that_only_compiled_callers_call_is_given_up_too(scene):
    told = scene("machine_code_that_only_compiled_callers_call_is_given_up_too")
    assert set(told["before"]) == {"compiled"}
    assert told["exits"] > told["entered"] / 4
    # The callers are compiled anew, and do not leave at each call.
    assert "gave-up" not in told["after"]
    assert all(told["same"])


def test_objects_of_more_classes_than_are_compiled_for_do_not_leave(scene):
    told = scene("objects_of_more_classes_than_are_compiled_for_do_not_leave")
    assert told == {"code": "compiled", "exits": 0, "same": True}


def test_functions_that_are_made_do_not_leave_machine_code(scene):
    told = scene("functions_that_are_made_do_not_leave_machine_code")
    assert told["code"] == "compiled"
    assert told["exits"] == []
    assert all(told["same"])
