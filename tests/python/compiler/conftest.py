"""What the tests of the compiling backend share: whether it is there, and fresh interpreters that use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from child import child
from clean_environment import clean_environment
from place import CHILDREN

SUPPORT = Path(__file__).resolve().parent / "support"


def _home():
    import jitctl

    return str(Path(jitctl.__file__).resolve().parents[1])


def _environment(**more):
    path = os.pathsep.join([_home(), str(SUPPORT), CHILDREN])
    base = {"PYTHONPATH": path, "PYTHONFAULTHANDLER": "1", "PYTHONDONTWRITEBYTECODE": "1", "JITCTL_BACKEND": "compiler"}
    # What machine code does must not depend on whether it was faster than the interpreter on this machine.
    base["JITCTL_COMPILER_TRIALS"] = "0"
    return clean_environment(**{**base, **more})


@pytest.fixture
def compiler():
    """Mark a test that applies only where the compiling backend can be used."""


@pytest.fixture
def environment():
    """Give what makes the variables of a process that uses the compiling backend."""
    return _environment


def run(*arguments, quiet=True, limit=300, **environment):
    """Run a fresh interpreter; give what it told, as one dict. `limit`: seconds, for what hangs.

    Whatever ends the process other than its own end is an error, and so is anything on standard error.
    """
    found = subprocess.run(
        [sys.executable, *arguments],
        env=_environment(**environment),
        capture_output=True,
        encoding="utf-8",
        timeout=limit,
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
def scene(request):
    """Run a part of the test's programs in a fresh interpreter that uses the compiler and can import `twins`."""

    def start(part, *options, given=None, **environment):
        return run(*options, *child(request.path, part, given), **environment)

    return start


@pytest.fixture(scope="session")
def played():
    """Run a module of scenes once; give for each scene what the plain function and the compiled one came to."""
    kept = {}

    def start(module):
        if module not in kept:
            kept[module] = run("-W", "ignore", "-c", f"import twins, {module}; twins.tell(**twins.play({module}))")
        return kept[module]

    return start


@pytest.fixture(scope="session")
def played_programs():
    """Run a module of programs once, verified by Cranelift; give for each what both twins came to."""
    kept = {}

    def start(module):
        if module not in kept:
            code = f"import sys, programs, twins, {module}; twins.tell(**programs.play({module}))"
            kept[module] = run("-W", "ignore", "-c", code, quiet=False, limit=1200, JITCTL_COMPILER_VERIFY="1")
        return kept[module]

    return start
