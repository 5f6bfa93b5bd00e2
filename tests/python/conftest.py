"""What the tests share: the package in both of its forms, and fresh interpreters."""

import gc
import importlib
import os
import subprocess
import sys

import pytest
from applies import applies
from child import child
from clean_environment import clean_environment
from place import CHILDREN, HOME, STEADY, installed

#: for a process that hangs; on a busy machine one that does not may take a minute
LIMIT_SECONDS = 300


def pytest_collection_modifyitems(items):
    """Leave out the tests that cannot apply here, so that one which is skipped is one to look at."""
    items[:] = [item for item in items if applies(item)]


@pytest.fixture
def pure(monkeypatch):
    """Give a copy of the package on the fallback."""
    for name in [name for name in sys.modules if name.split(".")[0] == "jitctl"]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in os.environ if name.startswith("JITCTL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JITCTL_PURE_PYTHON", "1")
    yield importlib.import_module("jitctl")
    for name in [name for name in sys.modules if name.split(".")[0] == "jitctl"]:
        del sys.modules[name]  # monkeypatch puts the loaded ones back


@pytest.fixture(params=["loaded", "pure"])
def jitctl(request):
    """Give the package as it was loaded, and once more on the fallback."""
    return installed if request.param == "loaded" else request.getfixturevalue("pure")


@pytest.fixture
def run():
    """Start a fresh interpreter that can import the same jitctl, without our variables."""

    def start(*arguments, path=True, **environment):
        home = {"PYTHONPATH": HOME} if path else {}
        return subprocess.run(
            [sys.executable, *arguments],
            env=clean_environment(**{**STEADY, **home, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", **environment}),
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT_SECONDS,
        )

    return start


@pytest.fixture
def run_code(run):
    """Run code in a fresh interpreter, which has to succeed, and give what it printed."""

    def start(code, *options, **environment):
        found = run(*options, "-c", f"import sys; sys.path.insert(0, {HOME!r})\n{code}", path=False, **environment)
        assert found.returncode == 0, found.stderr
        return found.stdout.strip()

    return start


@pytest.fixture
def run_part(run, request):
    """Run a part of the test's programs in a fresh interpreter, which has to succeed, and give what it printed.

    Where it has to be quiet, anything on standard error is an error.
    """

    def start(part, *options, given=None, quiet=False, **environment):
        program = child(request.path, part, given)
        found = run(*options, *program, **{"PYTHONPATH": os.pathsep.join([HOME, CHILDREN]), **environment})
        assert found.returncode == 0, found.stderr
        if quiet:
            assert found.stderr == ""
        return found.stdout.strip()

    return start


@pytest.fixture
def collect():
    """Collect garbage for good: PyPy needs more than one round."""

    def all_of_it():
        for _ in range(3):
            gc.collect()

    return all_of_it
