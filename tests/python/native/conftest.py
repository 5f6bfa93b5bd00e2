"""What the native backend's black-box tests share: whether it is there, modes, and fresh interpreters."""

import json
import os
import sys
from pathlib import Path

import pytest
from child import child
from place import CHILDREN

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
def scene(run, request):
    """Run a part of the test's programs in a fresh interpreter that can import `look`, `scenes` and `kernels`.

    The part calls ``look.tell(name=value)``; the values come back as one dict. Whatever ends the
    process other than its own end is an error, and so is anything on standard error.
    """

    def start(part, *options, given=None, quiet=True, **environment):
        path = {"PYTHONPATH": os.pathsep.join([_home(), str(SUPPORT), CHILDREN]), "PYTHONFAULTHANDLER": "1"}
        base = {"PYTHONDONTWRITEBYTECODE": "1"}
        if request.node.get_closest_marker("trials"):
            base["JITCTL_NATIVE_TRIALS"] = "1"  # which place.py leaves out
        program = child(request.path, part, given)
        found = run(*options, *program, **{**path, **base, **environment})
        assert found.returncode == 0, f"exit code {found.returncode}\n{found.stdout[-1000:]}\n{found.stderr[-3000:]}"
        if quiet:
            assert found.stderr == ""
        told = {}
        for line in found.stdout.splitlines():
            if line.startswith("told:"):
                told.update(json.loads(line[5:]))
        return told

    return start
