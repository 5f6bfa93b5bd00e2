"""jit_focus on loops: compiled within 16 iterations of real calls, every loop, and with the same results."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("iterations", [16, 12, 8])
def test_one_call_of_few_iterations(scene, mode, iterations):
    assert scene("one_call_of_few_iterations", given={"iterations": iterations}, **mode) == {
        "same": True,
        "hinted": 1,
        "twin": 0,
        "status": "applied",
    }


def test_calls_of_four_iterations(scene, mode):
    assert scene("calls_of_four_iterations", **mode) == {"own": 1}


def test_applied_to_a_function_that_ran_already(scene, mode):
    assert scene("applied_to_a_function_that_ran_already", **mode) == {"before": 0, "own": 1}


def test_every_loop_of_a_function(scene, mode):
    assert scene("every_loop_of_a_function", **mode) == {"own": 4, "loops": 4}


def test_nested_loops(scene, mode):
    assert scene("nested_loops", **mode) == {"own": True, "right": True}


@pytest.mark.parametrize("lines", [60, 300, 3000])
def test_loops_longer_than_an_argument(scene, mode, lines):
    """A long body's jump carries EXTENDED_ARG; where CPython gives up such a trace, the hint must do no harm."""
    told = scene("loops_longer_than_an_argument", given={"lines": lines}, **mode)
    assert told["same"]
    assert told["extended"] is True
    assert told["status"] in ("applied", "partial")
    if lines == 60:
        assert told["own"] == 1


def test_an_extended_loop_with_a_short_way(scene, mode):
    assert scene("an_extended_loop_with_a_short_way", **mode) == {"right": True, "own": 1}


def test_code_nested_in_the_function(scene, mode):
    assert scene("code_nested_in_the_function", **mode) == {"right": True, "own": [0, 1]}


def test_a_class(scene, mode):
    assert scene("a_class", **mode) == {"right": True, "own": [1, 1, 1]}


def test_results_stay_the_same(scene, mode):
    told = scene("results_stay_the_same", **mode)
    assert told["wrong"] == []
    if sys.version_info >= (3, 15):
        assert set(told["cold"]) <= {"globals"}, "CPython drops code that stores to the globals it read"


def test_without_the_opt_in_nothing_is_promised(scene):
    told = scene("without_the_opt_in_nothing_is_promised", JITCTL_OPT_IN="0")
    assert told == {"own": 0, "status": "unsupported", "code": "jit-off", "advice": True, "on": False}
