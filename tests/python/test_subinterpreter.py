"""In a subinterpreter the extension may refuse; the import and the hints must work all the same."""

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.implementation.name == "pypy", reason="PyPy offers no subinterpreters")


@pytest.mark.parametrize("main_first", [True, False], ids=["after the main one", "alone"])
@pytest.mark.parametrize("pure", ["0", "1"])
def test_import_in_a_subinterpreter(run_part, pure, main_first):
    text = run_part("import_in_a_subinterpreter", given={"main_first": main_first}, JITCTL_PURE_PYTHON=pure)
    assert text == "done"
