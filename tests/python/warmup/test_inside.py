"""Runs the files of `inside/` in processes of their own that use the warmup backend.

With the JIT off and, where there is one, on.

One by hand: JITCTL_BACKEND=warmup python -m pytest tests/python/warmup/inside -o python_files='check_*.py'
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import jitctl
from jitctl import _router

INSIDE = Path(__file__).parent / "inside"
HOME = str(Path(jitctl.__file__).resolve().parents[1])
ABOUT = _router.backend.describe()

pytestmark = pytest.mark.skipif(not ABOUT["extension"], reason="backends need the extension")


@pytest.mark.parametrize("jit", ["0", "1"], ids=["jit-off", "jit-on"])
@pytest.mark.parametrize("file", sorted(path.name for path in INSIDE.glob("check_*.py")))
def test_file(file, jit):
    if jit == "1" and not ABOUT["jit_built"]:
        pytest.skip("this interpreter has no JIT")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTHON"))}
    path = os.pathsep.join([HOME, *(entry for entry in sys.path if entry)])
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-o",
            "python_files=check_*.py",
            INSIDE / file,
        ],
        env={
            **inherited,
            "JITCTL_BACKEND": "warmup",
            "PYTHON_JIT": jit,
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
    )
    assert found.returncode == 0, found.stdout
