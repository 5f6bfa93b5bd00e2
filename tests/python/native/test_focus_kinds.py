"""jit_focus on what is not a plain loop: entries, generators, coroutines, tiny functions, warm-up with samples."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
RECORDS = sys.version_info >= (3, 15)  # records traces, so that entries and yields can be part of one


def test_a_function_without_a_loop(scene, mode):
    told = scene("a_function_without_a_loop", **mode)
    if RECORDS:
        assert (told["own"], told["status"]) == (1, "applied")
    else:
        assert told == {"own": 0, "status": "unsupported", "code": "no-loops"}


def test_recursion_without_a_loop(scene, mode):
    told = scene("recursion_without_a_loop", **mode)
    assert told == {"right": True, "own": RECORDS}


@pytest.mark.parametrize("body", ["return x", "return x + 1", "return self.value", "pass"])
def test_tiny_functions_are_left_alone(scene, mode, body):
    assert scene("tiny_functions_are_left_alone", given={"body": body}, **mode) == {
        "own": 0,
        "status": "unsupported",
        "advice": True,
    }


def test_a_generators_loop_without_a_yield(scene, mode):
    assert scene("a_generators_loop_without_a_yield", **mode) == {"right": True, "own": 1}


def test_a_generators_loop_with_a_yield(scene, mode):
    told = scene("a_generators_loop_with_a_yield", **mode)
    assert told["right"]
    if RECORDS:
        assert (told["own"], told["status"]) == (1, "applied")
    else:
        assert (told["own"], told["status"]) == (0, "unsupported")


def test_a_coroutines_loop(scene, mode):
    told = scene("a_coroutines_loop", **mode)
    assert told["right"]
    assert told["own"] >= 1
    assert told["status"] in (("applied",) if RECORDS else ("applied", "partial"))


@pytest.mark.parametrize("arguments", ["(200,)", "lambda: (200,)"])
def test_samples_at_decoration(scene, mode, arguments):
    assert scene("samples_at_decoration", given={"arguments": arguments}, **mode) == {
        "own": 1,
        "real": 3,
        "status": "applied",
    }


def test_samples_before_the_first_real_call(scene, mode):
    told = scene("samples_before_the_first_real_call", **mode)
    assert told == {"before": 0, "own": 1, "real": 0, "last": 1, "samples": True, "status": "applied"}


def test_samples_in_the_background(scene, mode):
    assert scene("samples_in_the_background", **mode) == {"own": 1, "real": 3, "status": "applied"}


def test_samples_that_fail(scene, mode):
    told = scene("samples_that_fail", **mode)
    assert told["right"] == 120
    assert told["own"] == 1, "armed all the same"
    assert told["told"], told
    assert told["status"] in ("applied", "partial", "pending")
