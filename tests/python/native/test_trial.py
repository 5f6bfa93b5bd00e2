"""Whether a hint pays is measured where it is in doubt, in real calls; what costs is taken back."""

import sys

import pytest

VERSION = sys.version_info[:2]

pytestmark = [pytest.mark.usefixtures("native"), pytest.mark.trials]
OPT_IN = {"JITCTL_OPT_IN": "1"}
EVENTS = pytest.mark.skipif(VERSION < (3, 15), reason="3.14 has no event at the entry of what is frozen")
ALL_TRIED = pytest.mark.skipif(VERSION >= (3, 15), reason="one trace that lasts is not in doubt on 3.15")


@EVENTS
def test_a_hint_that_costs_is_taken_back_with_both_figures(scene):
    told = scene("a_hint_that_costs_is_taken_back_with_both_figures", **OPT_IN)
    assert told["given_up"], told
    assert "taken back for some calls" in told["seen"]
    assert told["slower"]
    assert not told["events"]
    assert told["same"]
    assert (told["verdict"]["status"], told["verdict"]["code"]) == ("refused", "gave-up")
    assert told["verdict"]["message"].startswith("it costs more than it gains: a call takes ")
    assert told["verdict"]["advice"]


@ALL_TRIED
def test_a_hint_that_pays_is_in_force_again_and_not_tried_twice(scene):
    told = scene("a_hint_that_pays_is_in_force_again_and_not_tried_twice", **OPT_IN)
    assert told == {"tried": True, "back": True, "later": ["1 loop compiled"], "compiled": 1}


@ALL_TRIED
def test_what_is_compiled_after_a_trial_is_measured_too(scene):
    """It begins with another iteration than the code that was measured, and may be slower."""
    told = scene("what_is_compiled_after_a_trial_is_measured_too", **OPT_IN)
    assert (told["given_up"], told["tried"], told["left"]) == (True, True, 0), told
    assert told["message"].startswith("it costs more than it gains")


@EVENTS
def test_timed_calls_leave_the_function_as_it_was(scene):
    """Its version comes back, so that callers are specialised for it; another tool never sees a call of C."""
    told = scene("timed_calls_leave_the_function_as_it_was", **OPT_IN)
    assert told == {"version": True, "heard": []}


@EVENTS
def test_a_generator_is_not_frozen(scene, mode):
    """Its event would come with each item, which costs more than freezing gains."""
    told = scene("a_generator_is_not_frozen", **mode)
    assert told["code"] == "gave-up"
    assert not told["events"]
    assert "for each item" in told["message"]


def test_nothing_stays_frozen_when_once_is_taken_back(scene):
    """Not under compiled code either, which may be entered at any instruction (3.14: behind a few side exits)."""
    told = scene("nothing_stays_frozen_when_once_is_taken_back", **OPT_IN)
    assert told == {"during": True, "left": []}


@pytest.mark.parametrize("hint", ["jit_focus", "jit_once"])
def test_a_training_compares_like_with_like(scene, mode, hint):
    """Warm calls of the function and of a twin without the hint, in turn."""
    told = scene("a_training_compares_like_with_like", given={"hint": hint}, **mode)
    names = ["ns_per_call", "ns_per_call_after", "ns_per_call_before"]
    assert told == {"pays": [True, names], "costs": ["gave-up", True, 0], "slower": True}


@ALL_TRIED
def test_code_that_is_entered_inside_a_loop_counts_and_is_tried(scene):
    """The first code is dropped with the class that it was made for; what its side exit led to stays."""
    told = scene("code_that_is_entered_inside_a_loop_counts_and_is_tried", **OPT_IN)
    assert (told["code"], told["given_up"]) == ("compiled", True), told
    assert told["message"].startswith("1 loop compiled; 1 of them entered inside the loop")
    assert told["last"].startswith("it costs more than it gains")


@ALL_TRIED
def test_a_function_whose_callers_are_specialised_already_is_tried(scene):
    """They pass by what a hint has its first call look for, which then stands where calls are to be timed."""
    told = scene("a_function_whose_callers_are_specialised_already_is_tried", **OPT_IN)
    assert told["message"].startswith("it costs more than it gains"), told


@ALL_TRIED
def test_functions_of_one_def_are_tried_together(scene):
    """Each call makes a function, hints it and drops it: none of them lives for long enough to be tried alone."""
    told = scene("functions_of_one_def_are_tried_together", **OPT_IN)
    assert told["message"].startswith("it costs more than it gains"), told
    assert (told["same"], told["left"]) == (True, 0)
    assert {"compiled", "training"} <= set(told["seen"])


def test_once_on_functions_that_are_made_in_each_call_freezes(scene):
    """A further function of the same def does not begin the training anew."""
    told = scene("once_on_functions_that_are_made_in_each_call_freezes", **OPT_IN)
    assert told["code"] in ("frozen", "partly-frozen"), told
    assert told["value"] == 10


@ALL_TRIED
@pytest.mark.parametrize(
    ("before", "call", "reason"),
    [
        (
            "sys.monitoring.use_tool_id(1, 'another')",
            "f(200)",
            "another tool has, or had, an id of sys.monitoring, and would notice timed calls",
        ),
        ("LOOP = 'async ' + LOOP", "drive(f(200))", "a generator or a coroutine does its work after its call"),
    ],
)
def test_where_calls_cannot_be_timed_the_verdict_says_so(scene, before, call, reason):
    told = scene("where_calls_cannot_be_timed_the_verdict_says_so", given={"before": before, "call": call}, **OPT_IN)
    assert (told["code"], told["message"]) == ("compiled", f"1 loop compiled; not measured whether it pays: {reason}")
