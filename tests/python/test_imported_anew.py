"""Dropping jitctl from sys.modules and importing it again finds hints, records, ids and callbacks as they were."""

import json

import pytest
from applies import usable
from child import child


@pytest.mark.parametrize("jit", ["", "0", "1"])
@pytest.mark.parametrize(
    ("pure", "backend"),
    [("0", None), *(("0", name) for name in usable("noop", "warmup", "native")), ("1", None), ("1", "noop")],
)
def test_every_import_finds_the_same(run, jit, pure, backend):
    environment = {"PYTHON_JIT": jit, "JITCTL_PURE_PYTHON": pure} | ({"JITCTL_BACKEND": backend} if backend else {})
    found = run(*child(__file__, "jitctl_is_imported_several_times"), **environment)
    assert (found.returncode, found.stderr) == (0, "")
    first, *later = map(json.loads, found.stdout.splitlines())
    assert len(later) == 3
    assert first["kept"] == {hint: hint for hint in ("focus", "once", "ignore")}
    assert all(one == first for one in later)


@pytest.mark.parametrize("pure", ["0", "1"])
def test_another_setting_is_heeded_by_a_new_import(run_part, pure):
    text = run_part("another_setting_is_heeded_by_a_new_import", JITCTL_PURE_PYTHON=pure)
    assert text == "True disabled focus"
