"""What CPython's compiled code reports in another way than its interpreter: listed, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from clean_environment import clean_environment

pytestmark = pytest.mark.usefixtures("native")

WORKER = Path(__file__).resolve().parents[2] / "error_messages" / "worker.py"
#: the names of cases that are chosen here; `python tests/error_messages` runs all
CHOSEN = ("float / float zero", "int / zero", "int // zero", "float // float zero", "float % float zero", "list + none")
#: by version: what differs in compiled code with and without jitctl
KNOWN = {(3, 14): set(), (3, 15): {"float / float zero"}}


def reported(hint, rounds, **environment):
    import jitctl

    home = str(Path(jitctl.__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, str(WORKER), hint, str(rounds), *CHOSEN],
        env=clean_environment(PYTHONPATH=home, PYTHONDONTWRITEBYTECODE="1", **environment),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("hint", ["none", "focus"])
def test_compiled_code_words_errors_as_the_interpreter_does_but_for_what_is_known(hint):
    # Without a hint, CPython's JIT compiles after some 4,000 iterations: 60 in each call.
    environment = {"PYTHON_JIT": "1"} if hint == "none" else {"JITCTL_OPT_IN": "1"}
    interpreted = reported("none", 200 if hint == "none" else 40, PYTHON_JIT="0")
    compiled = reported(hint, 200 if hint == "none" else 40, **environment)
    assert set(interpreted) == set(CHOSEN)
    assert {name for name in CHOSEN if compiled[name] != interpreted[name]} == KNOWN[sys.version_info[:2]]


def test_doctor_lists_it(run):
    found = run("-m", "jitctl", "doctor", "--verbose")
    assert found.returncode == 0
    listed = '"float division by zero"' in found.stdout
    assert listed == bool(KNOWN[sys.version_info[:2]])
