"""What the tests of the compiling backend share: whether it is there, and fresh interpreters that use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SUPPORT = Path(__file__).resolve().parent / "support"


def _home():
    import jitctl

    return str(Path(jitctl.__file__).resolve().parents[1])


def _environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTHON"))}
    path = os.pathsep.join([_home(), str(SUPPORT)])
    base = {"PYTHONPATH": path, "PYTHONFAULTHANDLER": "1", "PYTHONDONTWRITEBYTECODE": "1", "JITCTL_BACKEND": "compiler"}
    return {**kept, **base, **more}


@pytest.fixture(scope="session")
def _why_not():
    """Say why the compiler cannot be used here; None where it can."""
    found = subprocess.run(
        [sys.executable, "-c", "import jitctl"], env=_environment(), capture_output=True, encoding="utf-8", timeout=60
    )
    return None if found.returncode == 0 else found.stderr.strip().splitlines()[-1]


@pytest.fixture
def compiler(_why_not):
    """Skip where the compiling backend cannot be used, which is so outside 3.13 to 3.15 on Linux with a GIL."""
    if _why_not:
        assert sys.version_info[:2] not in ((3, 13), (3, 14), (3, 15)) or sys.platform != "linux", _why_not
        pytest.skip(_why_not)


def play(code, *options, quiet=True, **environment):
    """Run code in a fresh interpreter; give what it told, as one dict.

    Whatever ends the process other than its own end is an error, and so is anything on standard error.
    """
    found = subprocess.run(
        [sys.executable, *options, "-c", code],
        env=_environment(**environment),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert found.returncode == 0, f"exit code {found.returncode}\n{found.stdout[-1000:]}\n{found.stderr[-3000:]}"
    if quiet:
        assert found.stderr == ""
    told = {}
    for line in found.stdout.splitlines():
        if line.startswith("told:"):
            told.update(json.loads(line[5:]))
    return told


@pytest.fixture
def scene():
    """Run code in a fresh interpreter that uses the compiler and can import `twins`."""
    return play


@pytest.fixture(scope="session")
def played():
    """Run a module of scenes once; give for each scene what the plain function and the compiled one came to."""
    kept = {}

    def start(module):
        if module not in kept:
            kept[module] = play(f"import twins, {module}; twins.tell(**twins.play({module}))", "-W", "ignore")
        return kept[module]

    return start
