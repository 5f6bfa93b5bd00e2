"""The way of a call into machine code: when, with which arguments, and out of it again."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")


def test_calls_of_every_form(scene):
    told = scene("calls_of_every_form")
    assert told["codes"] == {"add": "compiled", "simple": "compiled"}
    assert told["same"], told["different"]


def test_a_parameter_that_is_only_borrowed_ends_what_was_moved(scene):
    told = scene("a_parameter_that_is_only_borrowed_ends_what_was_moved")
    assert told == {"alive": 0, "codes": "{'compiled'}"}


def test_defaults_as_they_are_at_each_call(scene):
    told = scene("defaults_as_they_are_at_each_call")
    assert told["seen"][:5] == [[1, 2, 3], [1, 2, 3], [1, 20, 3], [1, 20, 30], [1, 20, 300]]
    assert told["seen"][5] == "f() missing 1 required keyword-only argument: 'c'"
    assert told["seen"][6] == "f() missing 1 required positional argument: 'b'"
    assert told["seen"][7] == [1, 2, 1]


def test_the_object_stays(scene):
    told = scene("the_object_stays")
    assert told == {"same": True, "equal": True, "pickled": True, "copied": True, "code": "compiled"}


def test_threshold_counts_calls(scene):
    told = scene("threshold_counts_calls")
    assert told["codes"] == ["first-call"] * 4 + ["compiled"] * 2
    assert told["message"] == "will be compiled after 3 calls"


def test_samples_compile_before_the_first_real_call(scene):
    told = scene("samples_compile_before_the_first_real_call")
    assert told["early"] == ["compiled", "{3}"]
    assert told["before"] == ["first-call", []]
    assert (told["result"], told["code"], told["samples"], told["last"]) == (8, "compiled", True, 7)


def test_samples_that_raise_keep_the_function_working(scene):
    told = scene("samples_that_raise_keep_the_function_working")
    assert told["result"] == 2
    assert "a call with the samples raised" in told["message"]
    assert (told["raised"], told["again"]) == ("KeyboardInterrupt", 3)


def test_ignore_is_never_compiled(scene):
    told = scene("ignore_is_never_compiled")
    assert told["codes"] == ["compiled", "excluded", "excluded"]


def test_undo_restores(scene):
    told = scene("undo_restores")
    assert (told["undone"], told["again"], told["restored"]) == (True, False, True)
    assert (told["three"], told["result"]) == (3, 5)
    assert told["memory"].startswith("0 bytes in 0 blocks")


def test_code_that_is_replaced(scene):
    told = scene("code_that_is_replaced")
    assert told["seen"] == [1, 2, -3, "compiled", 400, 500]
    assert told["once"] == ["compiled", -3, "code-replaced"]
    assert told["within"] == [10, 1, -2]


def test_background_says_what_it_comes_to(scene):
    told = scene("background_says_what_it_comes_to")
    assert told["status"] == "pending"
    assert "in the calling thread" in told["message"]
    assert (told["result"], told["code"]) == (2, "compiled")


def test_profile_measures_and_tells(scene):
    told = scene("profile_measures_and_tells")
    assert told["results"] == [1226]
    assert told["code"] in ("compiled", "no-gain", "gave-up")


def test_names_for_perf(scene):
    told = scene("names_for_perf", JITCTL_PERF_MAP="1")
    [(address, size, name)] = told["lines"]
    assert int(address, 16) > 0
    assert int(size, 16) > 0
    assert name == "jitctl:a_name_to_find"
