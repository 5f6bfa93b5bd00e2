"""The short form of tests/evidence/load: hints leave nothing behind, and many of them cost what they may."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from place import HOME

LOAD = Path(__file__).resolve().parents[1] / "evidence" / "load"

pytestmark = [
    pytest.mark.skipif(sys.implementation.name != "cpython", reason="counts blocks and references of CPython"),
    pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="no hint does anything there"),
    pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is read from Linux' /proc"),
    pytest.mark.skipif(
        "PYTHON_JIT" in os.environ, reason="the command sets the JIT itself; the run without it does that"
    ),
]


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 12),
    reason="open: on 3.12, functions that are made, hinted, called once and dropped under warm-up take minutes",
)
def test_hints_leave_nothing_behind():
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTHON"))}
    found = subprocess.run(
        [sys.executable, str(LOAD), "--short"],
        env={**kept, "PYTHONPATH": HOME, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=280,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "threads: " in found.stdout


def test_a_figure_over_its_limit_fails():
    sys.path.insert(0, str(LOAD))
    try:
        import limits
    finally:
        sys.path.remove(str(LOAD))
    good = {"references": 0.0, "blocks": 0.0, "bytes": 0.0, "records": 0, "microseconds": 10.0}
    assert limits.over("rounds", good, debug=False, scale=1) == []
    for name, leaked in (("references", 1), ("blocks", 1), ("bytes", 16), ("records", 1), ("microseconds", 100)):
        (said,) = limits.over("rounds", {**good, name: leaked}, debug=False, scale=1)
        assert name in said
    # A short run may not hide one leaked object per round either.
    assert limits.over("rounds", {**good, "references": 1}, debug=True, scale=50)
    (said,) = limits.over("compiled", {"compiled": 0.02}, debug=False, scale=1)
    assert "at least 0.9" in said
