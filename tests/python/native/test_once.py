"""jit_once: after training nothing of the function changes: no opcode, no executor, whatever comes along."""

import sys

import pytest

#: 3.13 has no JIT that is switched on, but specialises; there the backend serves when it is named
BY_NAME = sys.version_info[:2] == (3, 13)
RECORDS = sys.version_info >= (3, 15)


@pytest.fixture
def frozen_scene(request, scene):
    """Run a scene where the hint can be judged: by name on 3.13, else with native in use."""
    if BY_NAME:
        return lambda part, **environment: scene(part, JITCTL_BACKEND="native", **environment)
    request.getfixturevalue("native")
    return scene


@pytest.fixture(params=["jit-on", "opt-in"] if not BY_NAME else ["none"])
def once_mode(request):
    optional = {} if RECORDS else {"JITCTL_OPT_IN": "1"}
    return {"jit-on": {"PYTHON_JIT": "1"}, "opt-in": optional, "none": {}}[request.param]


def test_nothing_changes_under_new_types_and_branches(frozen_scene, once_mode):
    told = frozen_scene("nothing_changes_under_new_types_and_branches", **once_mode)
    assert told["pending"] in ("pending", "applied")
    assert told["status"] in ("applied", "partial"), told
    assert told["same"]
    assert told["specialised"]
    assert told["unchanged"] or told["status"] == "partial", told
    assert told["twin_changed"], "the unhinted twin did not change either: the test shows nothing"
    if not BY_NAME:
        assert told["own"] >= 1


def test_trained_with_samples_before_the_first_real_call(frozen_scene, once_mode):
    told = frozen_scene("trained_with_samples_before_the_first_real_call", **once_mode)
    assert told["status"] in ("applied", "partial"), told
    assert told["same"] is True or told["status"] == "partial", told
    if not BY_NAME:
        assert told["own"] >= 1


def test_under_a_foreign_trace(frozen_scene, once_mode):
    """On 3.15 a caller's trace that inlines the function resets its counters, if it may."""
    told = frozen_scene("under_a_foreign_trace", **once_mode)
    assert told["status"] in ("applied", "partial"), told
    assert told["right"]
    assert told["same_types"] is True
    assert told["new_types"] is True


def test_after_gc_and_a_settrace(frozen_scene, once_mode):
    """A tracing tool undoes every freeze; the hint has to come back, or to say that it did not."""
    told = frozen_scene("after_gc_and_a_settrace", **once_mode)
    assert told["first"] in ("applied", "partial")
    assert told["same"] is True or told["status"] in ("pending", "partial"), told


def test_taken_back_it_adapts_again(frozen_scene, once_mode):
    assert frozen_scene("taken_back_it_adapts_again", **once_mode) == {"undone": True, "changed": True}


def test_not_frozen_before_it_is_trained(frozen_scene, once_mode):
    assert frozen_scene("not_frozen_before_it_is_trained", **once_mode) == {"early": "pending", "specialised": True}


def test_not_frozen_after_one_call_that_is_followed_by_none(frozen_scene, once_mode):
    """Nothing of it changes then, which is no sign of having settled."""
    told = frozen_scene("not_frozen_after_one_call_that_is_followed_by_none", **once_mode)
    assert (told["looked"], told["idle"], told["specialised"]) == (True, "pending", True)
    assert told["then"] in ("applied", "partial")
