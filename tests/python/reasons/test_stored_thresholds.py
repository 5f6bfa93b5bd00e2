"""What benchmarks/thresholds counted is still so on this interpreter: fails when CPython changes its thresholds."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from clean_environment import clean_environment

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
STORED = json.loads((BENCHMARKS / "results" / "thresholds.json").read_text(encoding="utf-8"))
MINOR = ".".join(map(str, sys.version_info[:2]))


MODES = [mode for mode in ("off", "on") if sys.implementation.name == "cpython" and f"{MINOR} {mode}" in STORED]
if not (hasattr(sys, "_jit") and sys._jit.is_available()):
    MODES = MODES[:1]
if sysconfig.get_config_var("Py_GIL_DISABLED"):
    MODES = []  # counted on builds with a GIL; 3.13 without one does not specialise


@pytest.mark.skipif(not MODES, reason="nothing is stored for this interpreter")
@pytest.mark.parametrize("mode", MODES)
def test_the_stored_counts_are_those_of_this_interpreter(mode):
    stored = STORED[f"{MINOR} {mode}"]
    found = subprocess.run(
        [sys.executable, BENCHMARKS / "thresholds" / "child.py"],
        env=clean_environment(PYTHON_JIT=str(int(mode == "on")), PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert found.returncode == 0, found.stderr[-3000:]
    counts = json.loads(found.stdout)
    assert counts["jit"] == (mode == "on")
    assert counts["found"] == stored["found"]
