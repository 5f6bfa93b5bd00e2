"""On a CPython that jitctl does not know, everything that it cannot tell is said to be unknown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

jitctl = pytest.importorskip("jitctl._backend", reason="the compiled extension is not used here")
CHILD = Path(__file__).with_name("children") / "unknown_version.py"
UNKNOWN = "CPython 3.99 is not known to this version of jitctl, which knows 3.10 to 3.15"


@pytest.fixture(scope="module")
def found():
    done = subprocess.run([sys.executable, str(CHILD)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_doctor_says_that_the_version_is_unknown(found):
    assert any(note.startswith(UNKNOWN) for note in found["notes"])
    assert any(text.startswith(UNKNOWN) for text in found["warnings"])


def test_the_native_backend_says_why_it_declines(found):
    assert UNKNOWN in found["reasons"]["native"]


def test_counters_are_not_read_by_a_layout_that_nobody_knows(found):
    assert found["failed"] is None
    assert found["unfriendly"] == []


def test_the_function_runs(found):
    assert found["result"] == 45
