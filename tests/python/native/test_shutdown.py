"""The end of the interpreter: finalisers of the program do as without hints, and hints in them raise nothing."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("hint", ["jit_focus", "jit_once", "jit_ignore"])
@pytest.mark.parametrize("calls", [0, 1, 300])
def test_a_hinted_module_is_freed_as_any_other(run_part, mode, hint, calls):
    """The finaliser of a global object runs when its module goes, which a kept reference would prevent."""
    assert (
        run_part("a_hinted_module_is_freed_as_any_other", given={"hint": hint, "calls": calls}, quiet=True, **mode)
        == "finalised"
    )


#: where an object may live that is finalised while the interpreter ends
PLACES = ("a module", "sys", "builtins", "a cycle", "a class", "a thread's locals", "a generator")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hinted", [True, False], ids=["hinted before", "not hinted before"])
def test_hints_in_finalisers_raise_nothing(run_part, mode, place, hinted):
    assert (
        run_part("hints_in_finalisers_raise_nothing", given={"place": place, "hinted": hinted}, quiet=True, **mode)
        == "right"
    )
