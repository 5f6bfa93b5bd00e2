"""What the native backend's black-box tests share: whether it is there, modes, and fresh interpreters."""

import json
import os
import sys
from pathlib import Path

import pytest

SUPPORT = Path(__file__).resolve().parent / "support"
VERSION = sys.version_info[:2]

#: the process' JIT on, or off and switched on by jitctl for hinted functions (on 3.14 only where asked)
MODES = {
    "jit-on": {"PYTHON_JIT": "1"},
    "opt-in": {"JITCTL_OPT_IN": "1"} if VERSION < (3, 15) else {},
}


def _home():
    import jitctl

    return str(Path(jitctl.__file__).resolve().parents[1])


@pytest.fixture
def native():
    """Mark a test that applies only where the native backend is the one in use."""


@pytest.fixture(params=list(MODES))
def mode(request):
    """Give the environment of each way to have a JIT."""
    return MODES[request.param]


@pytest.fixture
def scene(run):
    """Run code in a fresh interpreter that can import `look`, `scenes` and `kernels`; give what it told.

    The code calls ``look.tell(name=value)``; the values come back as one dict. Whatever ends the
    process other than its own end is an error, and so is anything on standard error.
    """

    def start(code, *options, quiet=True, **environment):
        path = {"PYTHONPATH": os.pathsep.join([_home(), str(SUPPORT)]), "PYTHONFAULTHANDLER": "1"}
        found = run(*options, "-c", code, **{**path, "PYTHONDONTWRITEBYTECODE": "1", **environment})
        assert found.returncode == 0, f"exit code {found.returncode}\n{found.stdout[-1000:]}\n{found.stderr[-3000:]}"
        if quiet:
            assert found.stderr == ""
        told = {}
        for line in found.stdout.splitlines():
            if line.startswith("told:"):
                told.update(json.loads(line[5:]))
        return told

    return start


@pytest.fixture
def run_script(run, tmp_path):
    """Run a program in a fresh interpreter; give what it wrote. Anything on standard error is an error."""

    def start(source, **environment):
        script = tmp_path / "script.py"
        script.write_text(source, encoding="utf-8")
        path = {"PYTHONPATH": _home(), "PYTHONFAULTHANDLER": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        found = run(str(script), **{**path, **environment})
        assert (found.returncode, found.stderr) == (0, "")
        return found.stdout

    return start
