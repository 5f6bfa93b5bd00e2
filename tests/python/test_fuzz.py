"""The fuzzer finds nothing in a short run, and finds hints that are wrong on purpose (tests/fuzz)."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from applies import SAME_WITH_JIT
from clean_environment import clean_environment
from place import HOME

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"
DEBUG = hasattr(sys, "gettotalrefcount")
#: what does not depend on the interpreter is tried on the few that matter most
FEW = pytest.mark.skipif(DEBUG or not hasattr(sys, "_jit"), reason="the same on every interpreter")

pytestmark = [
    pytest.mark.skipif(sys.implementation.name != "cpython", reason="the fuzzer compares what CPython's JIT does"),
    pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="no hint does anything there"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the fuzzer forks"),
    SAME_WITH_JIT,
]


@pytest.fixture
def fuzz(tmp_path):
    """Run the fuzzer's command; give its exit code, what it said, and the folder of failures."""

    def start(*arguments):
        found = subprocess.run(
            [sys.executable, str(FUZZ), "--folder", str(tmp_path / "failures"), *map(str, arguments)],
            env=clean_environment(PYTHONPATH=HOME, PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True,
            encoding="utf-8",
            timeout=900,  # a machine that runs much else beside it
        )
        return found, tmp_path / "failures"

    return start


def test_nothing_is_found(fuzz):
    # Always the same seeds: a rare fault of CPython's own needs judging, and must not decide whether a change may land.
    # `python tests/fuzz` takes new seeds every time; `python tests/fuzz --seed N --check` runs one again.
    found, folder = fuzz("--first", 1000, "--minutes", 0.15, "--programs", 60, "--batch", 10, "--shrink", 20)
    notes = "".join(one.read_text(encoding="utf-8") for one in folder.glob("*/notes.txt"))
    assert found.returncode == 0, found.stdout + found.stderr + notes
    assert " programs, " in found.stdout


@FEW
def test_a_wrong_result_is_found_and_shrunk(fuzz):
    # Shrinking ends by itself, after seconds; the limit is for a machine that is busy.
    given = ("--wrong", "arithmetic", "--programs", 30, "--batch", 10, "--shrink", 600, "--most", 1)
    found, folder = fuzz("--first", 0, *given)
    assert found.returncode == 1, found.stdout + found.stderr
    (one,) = folder.iterdir()
    assert "differs" in (one / "notes.txt").read_text(encoding="utf-8")
    small, full = [json.loads((path / "case.json").read_text(encoding="utf-8")) for path in (one, one / "full")]
    steps = [step["do"] for step in small["script"]]
    assert "hint" in steps, "without the hint nothing is wrong, so it has to stay"
    assert len(small["script"]) <= 5, steps
    assert len(small["source"]) < len(full["source"]) / 3, small["source"]


@FEW
@pytest.mark.parametrize(
    ("fault", "kind"), [("line", "differs"), ("effect", "differs"), ("crash", "crash"), ("hang", "hang")]
)
def test_what_is_wrong_is_found(fuzz, fault, kind):
    """Wrong lines in tracebacks, a changed global, an abort and an endless loop: each is seen, with its seed."""
    # A program that only waits for the processor must not look like one that hangs; each that does takes this long.
    limits = ("--seconds", 5, "--batch", 3) if kind == "hang" else ("--seconds", 20, "--batch", 10)
    given = ("--wrong", fault, "--programs", 40, "--shrink", 0, "--most", 1, *limits)
    found, folder = fuzz("--first", 0, *given)
    assert found.returncode == 1, found.stdout + found.stderr
    assert f": {kind}, fault jitctl" in found.stdout, found.stdout
    assert list(folder.glob("*/case.json"))


def test_a_seed_is_always_the_same_program(fuzz):
    first, second = (fuzz("--seed", 77)[0].stdout for _ in range(2))
    assert first == second
    assert "def f0(" in first


@FEW
def test_a_hint_with_little_room_on_the_stack_is_no_failure(fuzz, tmp_path):
    """A hint is a call and takes frames; the twin has none that could run out."""
    source = (
        "LOG = []\nclass Noisy:\n    alive = 0\nclass A:\n    @property\n    def p(self):\n        pass\n"
        "def f2(*rest):\n    hook(0)\n"
    )
    deep = {"do": "switch", "name": "deep", "f": "f2", "args": "()", "kw": "{}", "room": 5}
    hint = {"do": "hint", "kind": "focus", "f": "A.p", "options": {}}
    case = {"seed": 1, "source": source, "script": [deep], "hooks": [{"at": 2, "steps": [hint]}]}
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    found, _ = fuzz("--again", tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "the same as the twin" in found.stdout


def judged(case, detail="", fault=""):
    """Whose fault a case is said to be; with `fault`, hints that are wrong on purpose say what failed."""
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import compare, modes; one = modes.look(sys.executable);"
        "case, detail, fault = json.loads(sys.argv[2]), *sys.argv[3:];"
        "mode = modes.Mode('wrong', 'wrong-' + fault) if fault else modes.hinted(one)[0];"
        "failure = compare.check(one, mode, case) if fault else compare.Failure('differs', 'differs', detail);"
        "print(compare.whose(one, mode, case, failure)[0])"
    )
    command = [sys.executable, "-c", code, str(FUZZ), json.dumps(case), detail, fault]
    env = {**os.environ, "PYTHONPATH": HOME, "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=300)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@FEW
def test_a_program_that_differs_from_itself_accuses_nobody():
    source = "LOG = []\nclass Noisy:\n    alive = 0\ndef f0():\n    import time\n    return time.monotonic_ns()\n"
    call = {"do": "call", "f": "f0", "args": "()", "kw": "{}", "times": 1}
    assert judged({"seed": 1, "source": source, "script": [call], "hooks": []}) == "unstable"


#: a recursion that makes an instance at each level
CONSTRUCTORS = {
    "seed": 1,
    "source": (
        "LOG = []\nSTATE = {}\nclass Noisy:\n    alive = 0\nclass A:\n    def __init__(self, x):\n        self.x = x\n"
        "def f0():\n    a = A(1)\n    return f0()\n"
    ),
    "script": [
        {"do": "hint", "kind": "focus", "f": "f0", "options": {}},
        {"do": "call", "f": "f0", "args": "()", "kw": "{}", "times": 1},
    ],
    "hooks": [],
}
SPECIALISED = pytest.mark.skipif(
    sys.version_info[:2] not in ((3, 13), (3, 14)), reason="3.15 wants room for one frame either way"
)


@SPECIALISED
@pytest.mark.parametrize(
    ("step", "line", "fault"),
    [
        ("step 1 (call)", "RecursionError", "cpython"),
        ("step 1 (call)", "7", "jitctl"),
        ("step 2 (call)", "RecursionError", "jitctl"),
    ],
)
def test_room_for_constructors_at_the_limit_of_recursion_is_cpythons_affair(step, line, fault):
    """Whether a call of a class was specialised decides it; a difference elsewhere is still a fault."""
    assert judged(CONSTRUCTORS, f"{step}\n  twin  {line} <f0 f0>\n  hints {line} <f0>") == fault


@SPECIALISED
def test_a_fault_in_a_step_where_cpython_differs_from_itself_is_still_a_fault():
    """The lines are wrong as well, which they are also where no call of a class is specialised."""
    assert judged(CONSTRUCTORS, fault="line") == "jitctl"


@pytest.mark.skipif(sys.version_info[:2] < (3, 12), reason="there is no sys.monitoring")
def test_a_tool_that_ended_keeps_no_later_program_from_machine_code():
    """3.13 keeps the events of a tool that is freed, and a compiled function waits while a tool watches all code."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import observers; one = observers.Observers();"
        "one.monitoring(True, 'lines', []); one.off(); sys.monitoring.use_tool_id(observers.TOOL, 'next');"
        "print(sys.monitoring.get_events(observers.TOOL))"
    )
    env = {**os.environ, "PYTHONPATH": HOME, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code, str(FUZZ)]
    found = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=60)
    assert (found.returncode, found.stdout.strip()) == (0, "0"), found.stderr
