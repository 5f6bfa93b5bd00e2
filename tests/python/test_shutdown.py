"""Hints in finalizers, at exit and in threads while the interpreter ends never raise, and the process ends well."""

from pathlib import Path

import pytest

CHILD = Path(__file__).parent / "children" / "at_shutdown.py"


@pytest.mark.parametrize("pure", ["0", "1"])
@pytest.mark.parametrize("jit", ["0", "1"])
@pytest.mark.parametrize("state", ["used", "fresh"])
@pytest.mark.parametrize(
    "place",
    ["module", "package", "another-module", "builtins", "cleared", "circle", "atexit", "atexit, then busy", "thread"],
)
def test_a_hint_never_raises_while_the_interpreter_ends(run, place, state, jit, pure):
    found = run(CHILD, place, state, PYTHON_JIT=jit, JITCTL_PURE_PYTHON=pure)
    assert (found.returncode, found.stderr) == (0, "")
    assert set(found.stdout.split()) <= {"done"}
    if place.startswith("atexit"):
        assert "done" in found.stdout
