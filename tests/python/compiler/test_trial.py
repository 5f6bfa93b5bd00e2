"""Machine code of which the compiler cannot tell that it gains is timed unasked, and undone where it does not."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")


def test_what_is_slower_than_the_interpreter_is_undone(scene):
    assert scene("what_is_slower_than_the_interpreter_is_undone", JITCTL_COMPILER_TRIALS="1") == {
        "slow with machine code": ["no-gain", 0],
        "slow without": ["compiled", 10],
        "unasked": ["compiled", 10],
        "asked": ["compiled", 10],
    }


def test_calls_take_turns_only_while_they_are_timed(scene):
    entered = scene("calls_take_turns_only_while_they_are_timed", JITCTL_COMPILER_TRIALS="1")
    assert entered["in doubt"] == 5
    assert entered["certain"] == entered["not wanted"] == 10


def test_nested_calls_are_made_as_the_call_that_is_timed(scene):
    told = scene("nested_calls_are_made_as_the_call_that_is_timed", JITCTL_COMPILER_TRIALS="1")
    assert told["entered"] == [5, 0]
    assert told["deep"] == 40_000
