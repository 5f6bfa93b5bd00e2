"""The opt-in: the JIT is switched on for hinted functions alone, when the first of them is hinted, and not before."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")

ASKED = {} if sys.version_info >= (3, 15) else {"JITCTL_OPT_IN": "1"}


def test_it_comes_with_the_first_focus(scene):
    told = scene("it_comes_with_the_first_focus", **ASKED)
    assert told == {"seen": [False, False, True], "ignored": "jit-off", "events": True}


def test_every_kind_of_new_code_is_neutral(scene):
    told = scene("every_kind_of_new_code_is_neutral", **ASKED)
    assert set(told["compiled"].values()) == {0}
    assert (told["focused"], told["generator"]) == (1, 0)


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"PYTHON_JIT": "0"}, "jit-off"),
        ({"JITCTL_OPT_IN": "0"}, "jit-off"),
        ({"PYTHON_JIT": "0", "JITCTL_OPT_IN": "1"}, "armed"),
    ],
)
def test_what_the_user_says_counts(scene, environment, code):
    told = scene("what_the_user_says_counts", **environment)
    assert told == {"code": code, "on": code == "armed"}


@pytest.mark.skipif("sys.version_info >= (3, 15)", reason="the default there")
def test_off_by_default_before_3_15(scene):
    told = scene("off_by_default_before_3_15")
    assert (told["status"], told["code"]) == ("unsupported", "jit-off")
    assert "JITCTL_OPT_IN=1" in told["advice"]


def test_undo_drops_the_code(scene):
    told = scene("undo_drops_the_code", **ASKED)
    assert told["seen"] == [1, True, False, 0]


def test_several_jumps_of_one_loop(scene):
    """Armed alike, such a loop is often never compiled; CPython by itself has the same trouble."""
    told = scene("several_jumps_of_one_loop", **ASKED)
    assert told["compiled"]


def test_the_look_through_all_code_copies_no_list_of_objects(scene):
    """A list of ten million objects took a third of a second to make, and dirtied every page that a fork shares."""
    told = scene("the_look_through_all_code_copies_no_list_of_objects", **ASKED)
    assert told == {"asked": 0, "old": 0, "focused": 1}


def test_what_was_frozen_from_the_collector_is_found(scene):
    told = scene("what_was_frozen_from_the_collector_is_found", **ASKED)
    assert told == {"old": 0, "focused": 1}


def test_a_large_heap_is_looked_at_in_part(scene):
    """What modules and their classes define is found all the same, and without a look-up that could run code."""
    assert scene("a_large_heap_is_looked_at_in_part", **ASKED) == {
        "note": ["among the first 1000000 objects, and what modules and classes define"],
        "compiled": ["focused"],
    }
