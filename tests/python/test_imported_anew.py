"""Dropping jitctl from sys.modules and importing it again finds hints, records, ids and callbacks as they were."""

import json
from pathlib import Path

import pytest
from applies import usable

CHILD = Path(__file__).with_name("children") / "imported_anew.py"


@pytest.mark.parametrize("jit", ["", "0", "1"])
@pytest.mark.parametrize(
    ("pure", "backend"),
    [("0", None), *(("0", name) for name in usable("noop", "warmup", "native")), ("1", None), ("1", "noop")],
)
def test_every_import_finds_the_same(run, jit, pure, backend):
    environment = {"PYTHON_JIT": jit, "JITCTL_PURE_PYTHON": pure} | ({"JITCTL_BACKEND": backend} if backend else {})
    found = run(CHILD, **environment)
    assert (found.returncode, found.stderr) == (0, "")
    first, *later = map(json.loads, found.stdout.splitlines())
    assert len(later) == 3
    assert first["kept"] == {hint: hint for hint in ("focus", "once", "ignore")}
    assert all(one == first for one in later)


@pytest.mark.parametrize("pure", ["0", "1"])
def test_another_setting_is_heeded_by_a_new_import(run_code, pure):
    text = run_code(
        """
import os
import jitctl
@jitctl.jit_focus
def f(): pass
for name in [name for name in sys.modules if name.split(".")[0] == "jitctl"]:
    del sys.modules[name]
os.environ["JITCTL_DISABLE"] = "1"
import jitctl
@jitctl.jit_focus
def g(): pass
print(jitctl._backend.chosen()["disabled"], jitctl.stats(g).verdict.code, jitctl.stats(f).hint)
""",
        JITCTL_PURE_PYTHON=pure,
    )
    assert text == "True disabled focus"
