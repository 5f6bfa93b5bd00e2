"""The short form of tests/evidence/load: hints leave nothing behind, and many of them cost what they may."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from applies import SAME_WITH_JIT
from clean_environment import clean_environment
from place import HOME

LOAD = Path(__file__).resolve().parents[1] / "evidence" / "load"

pytestmark = [
    pytest.mark.skipif(sys.implementation.name != "cpython", reason="counts blocks and references of CPython"),
    pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="no hint does anything there"),
    pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is read from Linux' /proc"),
    SAME_WITH_JIT,
]


def test_hints_leave_nothing_behind():
    found = subprocess.run(
        [sys.executable, str(LOAD), "--short"],
        env=clean_environment(PYTHONPATH=HOME, PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        encoding="utf-8",
        timeout=900,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "threads: " in found.stdout


@pytest.fixture
def limits(monkeypatch):
    monkeypatch.syspath_prepend(str(LOAD))
    import limits

    return limits


def test_what_compiling_leaves_behind_is_not_counted_as_a_hints(limits):
    plain = {"compiled": 1.0, "blocks": 1.01, "references": 1.01, "bytes": 21_400}  # 3.14 debug, per compilation
    hinted = {"compiled": 0.95, "blocks": 0.96, "references": 0.96, "bytes": 20_300, "records": 0}
    figures = {**hinted, **limits.beside(hinted, plain)}
    assert limits.over("compiled", figures, debug=True, scale=1) == []
    # What is left behind over that is found: an object per compilation.
    for name in ("blocks", "references"):
        leaking = {**hinted, name: 1.9}
        (said,) = limits.over("compiled", {**leaking, **limits.beside(leaking, plain)}, debug=True, scale=1)
        assert f"{name} over plain" in said
    # Without an allowance, where CPython itself leaves nothing.
    clean = {"compiled": 1.0, "blocks": 0.0, "bytes": 0.0}
    leaking = {**clean, "blocks": 1.0, "records": 0}
    (said,) = limits.over("compiled", {**leaking, **limits.beside(leaking, clean)}, debug=False, scale=1)
    assert "blocks over plain" in said


def test_a_figure_over_its_limit_fails(limits):
    good = {"references": 0.0, "blocks": 0.0, "bytes": 0.0, "records": 0, "microseconds": 10.0}
    assert limits.over("rounds", good, debug=False, scale=1) == []
    for name, leaked in (("references", 1), ("blocks", 1), ("bytes", 16), ("records", 1), ("microseconds", 100)):
        (said,) = limits.over("rounds", {**good, name: leaked}, debug=False, scale=1)
        assert name in said
    assert limits.over("rounds", {**good, "microseconds": 100}, debug=False, scale=1, timed=False) == []
    # A short run may not hide one leaked object per round either.
    assert limits.over("rounds", {**good, "references": 1}, debug=True, scale=50)
    (said,) = limits.over("compiled", {"compiled": 0.02}, debug=False, scale=1)
    assert "at least 0.9" in said
