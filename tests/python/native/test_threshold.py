"""jit_focus(threshold=N): nothing is compiled before, everything soon after, and maintenance does not hurry it."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("threshold", [1, 40, 900, 1_500, 4_000])
def test_a_loop_waits_so_long(scene, mode, threshold):
    told = scene("a_loop_waits_so_long", given={"threshold": threshold}, **mode)
    assert (told["before"], told["after"]) == (0, 1)
    assert f"about {threshold + 3} iterations" in told["text"]


@pytest.mark.skipif(sys.version_info < (3, 15), reason="3.14 compiles no entries")
@pytest.mark.parametrize("threshold", [1, 30, 2_000])
def test_a_function_without_a_loop_waits_ten_calls_longer(scene, mode, threshold):
    assert scene("a_function_without_a_loop_waits_ten_calls_longer", given={"threshold": threshold}, **mode) == {
        "before": 0,
        "after": 1,
    }


def test_the_last_hint_counts(scene, mode):
    assert scene("the_last_hint_counts", **mode) == {"early": 1, "late": 0}


def test_it_goes_with_a_new_code_object(scene, mode):
    assert scene("it_goes_with_a_new_code_object", **mode) == {"before": 0, "after": 1}


def test_with_a_profile_the_calls_before_are_what_it_is_compared_with(scene, mode):
    assert scene("with_a_profile_the_calls_before_are_what_it_is_compared_with", **mode) == {
        "before": 0,
        "after": 1,
        "told_apart": True,
    }


def test_an_unharmed_result(scene, mode):
    assert scene("an_unharmed_result", **mode) == {"same": True}
