# ruff: noqa: D103
"""Fresh interpreters with the backend cinderx chosen; everything is skipped where CinderX has no wheel."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[3] / "python"


def missing():
    """Say what is missing to test the backend here."""
    for name in ("jitctl", "jitctl_cinderx", "_cinderx"):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed; cinderx has wheels for CPython 3.14 and 3.15 only"
    import jitctl_cinderx

    if not jitctl_cinderx.library().is_file():
        return "the backend's library is not built"
    if hasattr(sys, "gettotalrefcount"):
        return "CinderX's wheels are for release builds"
    return None


REASON = missing()


def pytest_collection_modifyitems(items):
    if REASON:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=REASON))


@pytest.fixture
def start():
    """Run code in a fresh interpreter with JITCTL_BACKEND=cinderx."""
    import jitctl_cinderx

    def run(code, *options, **environment):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "CINDERX"))}
        more = {"JITCTL_BACKEND": "cinderx", "JITCTL_BACKEND_PATH": str(jitctl_cinderx.library()), **environment}
        more = {key: value for key, value in more.items() if value is not None}
        for key, value in list(environment.items()):
            if value is None:
                kept.pop(key, None)
        return subprocess.run(
            [sys.executable, *options, "-c", code], env={**kept, **more}, capture_output=True, text=True, timeout=120
        )

    return run


@pytest.fixture
def run(start, tmp_path):
    """Run a program that must succeed and print nothing but what is returned."""

    def program(code, **environment):
        file = tmp_path / "program.py"
        file.write_text(PRELUDE + code)
        found = start(f"import runpy; runpy.run_path({str(file)!r}, run_name='__main__')", **environment)
        assert (found.returncode, found.stderr) == (0, ""), found.stderr
        return found.stdout.strip()

    return program


PRELUDE = """
import jitctl, sys, _cinderx
from jitctl import jit_focus, jit_ignore, jit_once, stats
from jitctl import _router
undo = _router.backend.undo
cx = _cinderx if hasattr(_cinderx, "force_compile") else __import__("cinderjit")
def verdict(f):
    found = stats(f).verdict
    return found.status + " " + found.code
"""
