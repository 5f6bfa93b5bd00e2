"""What tests need of the interpreter and its backend. Tests that cannot apply are not collected, see conftest.py."""

import json
import os
import platform
import subprocess
import sys
import sysconfig
from functools import lru_cache

import pytest
from clean_environment import clean_environment
from place import HOME, installed

#: marks tests whose work is done in processes that do not inherit the JIT: with it on, they would say the same again
SAME_WITH_JIT = pytest.mark.skipif(
    "PYTHON_JIT" in os.environ, reason="its processes have a JIT of their own choice; the run without says the same"
)


#: marks tests that hand their own JIT on to the processes they start, which the fixture `run` does not do by itself
HANDS_JIT_ON = pytest.mark.hands_jit_on


def said_without_jit(item):
    """Say whether the run without JIT says the same: the test's processes, which `run` starts, do not inherit it."""
    return "PYTHON_JIT" in os.environ and "run" in item.fixturenames and not item.get_closest_marker("hands_jit_on")


def conditions_hold(item):
    """Say whether none of the test's `skipif` marks is true here."""
    names = {"os": os, "platform": platform, "sys": sys}
    for mark in item.iter_markers("skipif"):
        for condition in mark.args or [mark.kwargs["condition"]]:
            if eval(condition, names) if isinstance(condition, str) else condition:
                return False
    return True


def usable(*names):
    """Give those of our own backends that can be used in this interpreter."""
    found = {one["name"] for one in installed._backend.candidates() if one["source"] == "built-in" and one["usable"]}
    return [name for name in names if name in found]


@lru_cache(maxsize=1)
def why_not_native():
    """Say why native is not the backend in use here, in a process without variables of ours; None where it is."""
    found = subprocess.run(
        [sys.executable, "-m", "jitctl", "doctor", "--json"],
        env=clean_environment(PYTHONPATH=HOME),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    if not found.stdout:
        return f"doctor failed: {found.stderr[-300:]}"
    data = json.loads(found.stdout)
    if data["backend"]["name"] == "native":
        return None
    reasons = [str(one.get("reason") or one.get("code")) for one in data["candidates"] if one["name"] == "native"]
    return f"backend {data['backend']['name']} is in use, not native ({'; '.join(reasons) or 'not there'})"


@lru_cache(maxsize=1)
def why_not_profiled():
    """Say why nothing can be profiled in this process; None where it can."""

    def probe():
        pass

    installed.jit_ignore(probe, profile=True)
    profile = installed.stats(probe).profile
    installed.profiler.stop(probe)
    return None if profile.state == "on" else profile.note


def why_not_frozen():
    """Say why no hint can freeze code here; 3.13 can where native is named, and has a GIL."""
    named = sys.implementation.name == "cpython" and sys.version_info[:2] == (3, 13)
    return None if named and not sysconfig.get_config_var("Py_GIL_DISABLED") else why_not_native()


@lru_cache(maxsize=1)
def why_not_compiler():
    """Say why the compiling backend cannot be used, which is so outside 3.13 to 3.15 on Linux with a GIL."""
    found = subprocess.run(
        [sys.executable, "-c", "import jitctl"],
        env=clean_environment(PYTHONPATH=HOME, JITCTL_BACKEND="compiler"),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    return None if found.returncode == 0 else found.stderr.strip().splitlines()[-1]


#: fixture that a test uses -> why the test cannot apply, or None
NEEDS = {
    "native": why_not_native,
    "frozen_scene": why_not_frozen,
    "compiler": why_not_compiler,
    "profiling": why_not_profiled,
}


def applies(item):
    """Say whether a test can apply to this interpreter."""
    reasons = (why() for name, why in NEEDS.items() if name in item.fixturenames)
    return conditions_hold(item) and not said_without_jit(item) and all(reason is None for reason in reasons)
