"""Signals, threads, forks, limits and the end of the interpreter, while machine code runs."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")


def test_a_signal_ends_a_loop(scene):
    told = scene("a_signal_ends_a_loop")
    assert told["out"] == [[True, True]] * 3
    assert told["seen"] == [["spin", True, True]] * 3


def test_a_keyboard_interrupt(scene):
    told = scene("a_keyboard_interrupt")
    assert told["out"] == "interrupted"


def test_an_asynchronous_exception(scene):
    told = scene("an_asynchronous_exception")
    assert told == {"out": ["stopped"], "alive": False}


def test_other_threads_run_meanwhile_and_it_stays_compiled(scene):
    told = scene("other_threads_run_meanwhile_and_it_stays_compiled")
    assert told["out"] == [-1, -1]
    assert told["alive"] == [False] * 5
    assert told["code"] == "compiled"


@pytest.mark.parametrize("tool", ["global", "local"])
def test_a_tool_that_begins_in_a_running_loop(scene, tool):
    told = scene("a_tool_that_begins_in_a_running_loop", given={"tool": tool})
    assert told["result"] == -1
    assert {4, 5} <= set(told["lines"])


def test_a_callee_that_is_a_signal_handler_writes_a_local(scene):
    told = scene("a_callee_that_is_a_signal_handler_writes_a_local")
    assert told["out"] == [[5, True]] * 4
    assert told["code"] in ("compiled", "recompiling")


def test_a_fork(scene):
    told = scene("a_fork", "-W", "ignore")
    assert told["out"] == ["True"] * 5
    assert not told["alive"]


def test_the_recursion_limit_at_the_same_depth(scene):
    told = scene("the_recursion_limit_at_the_same_depth")
    assert told["compiled"] == told["plain"]
    assert told["text"] == "maximum recursion depth exceeded"
    assert set(told["codes"]) <= {"compiled", "gave-up", "no-gain", "recompiling"}


@pytest.mark.parametrize("where", ["main", "thread"])
def test_recursion_deeper_than_the_machine_stack(scene, where):
    told = scene("recursion_deeper_than_the_machine_stack", given={"where": where})
    assert told["out"] == [150_000, 150_000, 10]


def test_the_interpreter_ends_within_machine_code(scene):
    told = scene("the_interpreter_ends_within_machine_code")
    assert told == {"done": True}


def test_collections_run_and_objects_die_in_time(scene):
    told = scene("collections_run_and_objects_die_in_time")
    assert told["collected"]
    assert all(one == told["logs"][0] for one in told["logs"])


def test_a_signal_in_recursion_without_loops(scene):
    told = scene("a_signal_in_recursion_without_loops")
    assert told == {"out": ["stopped"] * 3, "after": 610}


def test_tools_that_came_and_went_see_nothing_more(scene):
    told = scene("tools_that_came_and_went_see_nothing_more")
    assert told["out"] == [[True, 2452.5, 1225, 2452.5, []]] * 6
    assert told["code"] != "first-call"
