"""Rough treatment: threads, forks, subinterpreters, tracers and new code around hinted functions."""

import importlib.util

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_threads_run_hot_while_hints_come_and_go(scene, mode):
    assert scene("threads_run_hot_while_hints_come_and_go", **mode) == {"wrong": [], "bad": []}


def test_fork(scene, mode):
    assert scene("fork", quiet=False, **mode) == {"child": 0, "own": 1, "right": True}


def test_subinterpreters(scene, mode):
    assert scene("subinterpreters", **mode) == {"failed": [], "own": [1, 1], "right": True}


@pytest.mark.parametrize("hint", ["jit_focus", "jit_once", "jit_ignore"])
@pytest.mark.parametrize("moment", ["before", "during"])
def test_settrace_sees_the_same_lines(scene, mode, hint, moment):
    told = scene("settrace_sees_the_same_lines", given={"hint": hint, "moment": moment}, **mode)
    assert told["same"]
    assert told["right"]
    if hint == "jit_ignore":
        assert told["own"] == 0
    elif told["status"] == "applied" and hint == "jit_focus":
        assert told["own"] == 1, "says applied, but is not compiled again after the tool is gone"


@pytest.mark.skipif(not importlib.util.find_spec("coverage"), reason="coverage.py is not installed")
@pytest.mark.parametrize("core", ["pytrace", "sysmon"])
def test_coverage_counts_the_same(scene, mode, core, tmp_path):
    site = importlib.util.find_spec("coverage").submodule_search_locations[0].rpartition("coverage")[0]
    told = scene("coverage_counts_the_same", given={"folder": str(tmp_path), "site": site}, COVERAGE_CORE=core, **mode)
    assert told["missing"] == [8]
    assert told["right"]
    assert told["status"] != "applied" or told["own"] == 1, told


def test_new_code_for_a_hinted_function(scene, mode):
    """`__code__` assignment and `code.replace`: right results, and a verdict that fits what is true."""
    told = scene("new_code_for_a_hinted_function", **mode)
    assert told["right"]
    status, own = told["first"]
    assert own == 1 or status != "applied", "says applied, but the new code is not armed"
    assert told["again"] == ["applied", 1]
    assert told["ignored"] == ["applied", 0], "the hint did not follow the new code"
    assert told["shared"]


def test_hints_replace_each_other(scene, mode):
    assert scene("hints_replace_each_other", **mode) == {
        "own": [0, 1, 0, 1],
        "told": [True, True, True],
        "hint": "focus",
        "records": 1,
    }


@pytest.mark.parametrize("order", ["method first", "class first"])
def test_a_methods_own_hint_wins_over_its_classs(scene, mode, order):
    assert scene("a_methods_own_hint_wins_over_its_classs", given={"order": order}, **mode) == {
        "own": [0, 1],
        "hints": ["ignore", "focus"],
    }


def test_undo(scene, mode):
    """Taken back, a function is as any other: with the process' JIT off nothing of it is compiled."""
    told = scene("undo", **mode)
    assert told["done"] == [True, True, False]
    assert told["right"]
    assert told["gone"]
    if not told["on"]:
        assert told["own"] == [0, 0]
        assert told["later"] == [0, 0]


def test_a_hundred_thousand_hints_do_not_leak(scene, mode):
    """3.14 itself leaks the machine code of a code object that dies, hinted or not, so there nothing gets as far."""
    told = scene("a_hundred_thousand_hints_do_not_leak", **mode)
    assert told["grown"] * 1024 / told["hints"] < 64, told
    assert told["refs"] / told["hints"] < 0.05, told
    assert told["records"] < 100, told
