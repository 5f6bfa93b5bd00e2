"""What runs with the JIT on, and what would say the same there and does not."""

from interp.probe import Interpreter
from suite.modes import modes_of

RELEASE = Interpreter("cpython3.15", "/python", "cpython", "3.15.0", "3.15.0", False, False, True, False, "PATH")


def test_with_a_jit_everything_runs_once_and_what_the_jit_can_change_once_more():
    tests = {mode.name.removeprefix(RELEASE.name): mode.tests for mode in modes_of(RELEASE)}
    assert tests[""] == ("tests/python",)
    assert tests["+jit"] == ("tests/python", "--ignore=tests/python/native", "--ignore=tests/python/compiler")
    assert list(tests) == ["", "+jit", "+warmup", "+warmup+jit"]


def test_without_a_jit_there_is_nothing_to_switch_on():
    assert [mode.name for mode in modes_of(RELEASE._replace(jit_built=False))] == ["cpython3.15", "cpython3.15+warmup"]
    assert [mode.env for mode in modes_of(RELEASE._replace(implementation="pypy", jit_built=False))] == [{}]
