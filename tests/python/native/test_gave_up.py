"""A hint that does not pay gives up and says so: ever new types, code that is never kept, freezes that never last."""

import sys

import pytest

VERSION = sys.version_info[:2]

pytestmark = pytest.mark.usefixtures("native")


RECORDS = pytest.mark.skipif(VERSION < (3, 15), reason="3.14 compiles no loop that enters a context manager in Python")


@RECORDS
@pytest.mark.parametrize("hint", ["jit_focus", "jit_once"])
def test_ever_new_classes(scene, mode, hint):
    told = scene("ever_new_classes", given={"hint": hint}, **mode)
    assert told["gave_up"], told
    assert (told["status"], told["code"]) == ("refused", "gave-up")
    assert "line 8" in told["message"]
    assert f"{told['measures']['regions']:.0f} regions" in told["message"]
    assert told["measures"]["variants"] > 12
    assert told["measures"]["exits"] > told["measures"]["variants"]
    assert told["measures"]["machine_code"] >= 4096 * told["measures"]["variants"]
    assert told["advice"]
    if "PYTHON_JIT" in mode:
        assert "as without the hint" in told["message"]
    else:
        assert "left to the interpreter" in told["message"]
        assert (told["seen"], told["later"]) == (0, 0)


@RECORDS
def test_as_many_classes_as_pay(scene, mode):
    told = scene("as_many_classes_as_pay", **mode)
    assert told["few"][0] == "compiled"
    assert told["few"][1] >= 8
    assert told["many"][0] == "gave-up"


@RECORDS
def test_the_next_function_of_the_same_def_is_not_armed_again(scene, mode):
    told = scene("the_next_function_of_the_same_def_is_not_armed_again", **mode)
    assert (told["gave_up"], told["same"], told["code"]) == (True, True, "gave-up")
    assert told["both"] == [True, True, False]
    assert told["armed"] == "armed"
    if "PYTHON_JIT" not in mode:
        assert told["seen"] == 0


@RECORDS
def test_a_class_in_each_call_is_named(scene, mode):
    told = scene("a_class_in_each_call_is_named", **mode)
    assert "makes a class in each call" in told["first"][0]
    assert "class" not in told["first"][1] + told["plain"]
    assert "outside the function" in told["advice"]


def test_a_class_in_each_call_is_named_where_once_is_in_force(scene, mode):
    told = scene("a_class_in_each_call_is_named_where_once_is_in_force", **mode)
    code, message = told["made"]
    assert code == "gave-up" or "makes a class in each call" in message
    assert "class" not in told["plain"]


def test_code_that_is_never_kept(scene, mode):
    """What it compiled is dropped before a step could see it: the verdict says so, and takes it back when it lasts."""
    told = scene("code_that_is_never_kept", **mode)
    assert told["first"] == "armed"
    assert told["explained"], told
    assert told["status"] == "unsupported"
    assert "0 of 1 place compiled after" in told["message"]
    assert told["attempts"] >= 4
    assert told["advice"]
    assert told["settled"], told


@pytest.mark.skipif(VERSION < (3, 15), reason="3.14 compiles such a loop: a trace may end at an exception there")
def test_a_loop_that_no_trace_can_hold(scene, mode):
    """Every iteration raises: each trace is abandoned. The verdict names the line."""
    told = scene("a_loop_that_no_trace_can_hold", **mode)
    assert told["explained"], told
    assert "line 6" in told["message"]
    # With the JIT on, the same function may run compiled where there is no hint.
    assert ("without the hint, the JIT may compile it" in told["message"]) == ("PYTHON_JIT" in mode)


def test_frozen_code_that_never_lasts(scene, mode):
    told = scene("frozen_code_that_never_lasts", **mode)
    assert (told["code"], told["status"]) == ("gave-up", "refused"), told
    assert told["dropped"] == 8
    assert "8 times" in told["message"]
    assert told["frozen"] == 0


def test_once_is_not_slowed_down_by_new_globals(scene, mode):
    """A frozen read of a global would miss for ever after another global is added: steps let it be specialised anew."""
    told = scene("once_is_not_slowed_down_by_new_globals", PYTHON_JIT="0", JITCTL_OPT_IN="0")
    assert told["frozen"] == [["LOAD_GLOBAL_MODULE", "LOAD_GLOBAL_BUILTIN"], 0]
    assert told["again"], told
    assert told["forms"] == told["frozen"][0]
    assert (told["now"], told["misses"]) == (0, 0)


@RECORDS
def test_once_compiles_what_is_nested_in_it(scene, mode):
    told = scene("once_compiles_what_is_nested_in_it", **mode)
    assert told["settled"]
    assert told["compiled"] >= 1
    assert not told["entries"][1].startswith("INSTRUMENTED")


@RECORDS
def test_once_says_what_its_event_costs(scene, mode):
    told = scene("once_says_what_its_event_costs", **mode)
    assert "whenever it is entered" in told["plain"]
    assert "whenever" not in told["loop"]
    assert told["advice"]
