"""The environment: what is read, what switches off, and that -E and -I hide it."""

import os
import re
import sys
from pathlib import Path

import pytest
from child import child
from place import CHILDREN, HOME, installed

from jitctl._settings import VARIABLES, Settings, switched_on

ROOT = Path(__file__).resolve().parents[2]

PRINT = """
from jitctl import _router
s = _router.settings
print(s.backend, s.path, s.disabled, s.pure_python, s.ignored)
"""


@pytest.mark.parametrize("value", [None, "", "0", "false", "No", "OFF", " 0 "])
def test_what_leaves_a_switch_off(value):
    assert not switched_on(value)


@pytest.mark.parametrize("value", ["1", "true", "YES", "on", "please", "2"])
def test_what_switches_on(value):
    assert switched_on(value)


def test_an_empty_name_or_path_is_none():
    found = Settings({"JITCTL_BACKEND": " ", "JITCTL_BACKEND_PATH": os.pathsep}, ignored=False)
    assert (found.backend, found.path, found.disabled, found.pure_python) == (None, [], False, False)


def test_the_path_is_split():
    found = Settings({"JITCTL_BACKEND_PATH": os.pathsep.join(["/a b", "", "c.so"])}, ignored=False)
    assert found.path == ["/a b", "c.so"]


def test_the_environment_of_the_process_is_read(run_code):
    text = run_code(
        PRINT,
        JITCTL_BACKEND="noop",
        JITCTL_BACKEND_PATH=f"x{os.pathsep}y",
        JITCTL_DISABLE="yes",
        JITCTL_PURE_PYTHON="1",
    )
    assert text == "noop ['x', 'y'] True True False"


@pytest.mark.parametrize("option", ["-E", "-I"])
def test_nothing_is_read_where_python_reads_nothing(run_code, option):
    text = run_code(PRINT, option, JITCTL_BACKEND="nonsense", JITCTL_DISABLE="1", JITCTL_PURE_PYTHON="1")
    assert text == "None [] False False True"


@pytest.mark.parametrize("option", ["-E", "-I"])
@pytest.mark.parametrize("pure", ["0", "1"])
def test_no_reader_heeds_a_variable_where_python_reads_nothing(run, option, pure):
    """Neither the extension nor a backend: what they heed, they are given."""
    code = f"""
import sys; sys.path.insert(0, {HOME!r})
import jitctl
@jitctl.jit_focus
def f(n): return [i for i in range(n)]
f(10)
print(jitctl._router.settings.environment, jitctl._router.settings.log)
"""
    variables = {one.name: one.example for one in VARIABLES} | {"JITCTL_LOG": "debug", "JITCTL_PURE_PYTHON": pure}
    found = run(option, "-c", code, **variables)
    assert (found.stdout.strip(), found.stderr, found.returncode) == ("[] 0", "", 0)


def test_no_other_file_reads_the_environment():
    """A reader beside the table would be heeded behind the back of -E."""
    readers = re.compile(r"os\.environ|getenv|env::vars?\b|env::var_os")
    places = [ROOT / "python", ROOT / "core" / "src", ROOT / "cpython" / "src", *ROOT.glob("backends/*/src")]
    files = [file for place in places for file in place.rglob("*") if file.suffix in (".py", ".rs")]
    found = {file.relative_to(ROOT).as_posix() for file in files if readers.search(file.read_text(encoding="utf-8"))}
    # These show values that the table found, or make the environment of a child process.
    handing_on = {name for name in found if re.search("_conformance|_cli|_rules/children", name)}
    # CinderX's own variable, which CinderX reads whatever Python was told.
    foreign = {"backends/cinderx/src/cinderx.rs"}
    assert found - handing_on - foreign == {"python/jitctl/_settings.py", "python/jitctl/_router.py"}


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("JITCTL_LOG", "verbose", "is not understood; expected debug, info, warning; nothing is written"),
        ("JITCTL_OPT_IN", "maybe", "is not understood; expected 1 or 0; taken for 1"),
        ("JITCTL_DISABLE", "please", "is not understood; expected 1 or 0; taken for 1"),
        ("JITCTL_PROFILE", "2", "is not understood; expected 1 or 0; taken for 1"),
        ("JITCTL_PURE_PYTHON", "si", "is not understood; expected 1 or 0; taken for 1"),
        ("JITCTL_BACKEND_PATH", "/nowhere/x.so", "names what is not there: /nowhere/x.so; correct or remove it"),
    ],
)
def test_a_value_that_cannot_be_meant_is_told_once_in_one_line(run, name, value, problem):
    found = run("-W", "error", "-c", "import jitctl", **{name: value})
    assert (found.returncode, found.stderr) == (0, f"jitctl: {name}={value} {problem}\n")
    doctor = run("-m", "jitctl", "doctor", **{name: value})
    assert doctor.stderr == ""
    assert problem in " ".join(doctor.stdout.split())
    assert run("-E", "-c", f"import sys; sys.path.insert(0, {HOME!r}); import jitctl", **{name: value}).stderr == ""


@pytest.mark.parametrize("name", ["JITCTL_DISABLE", "JITCTL_OPT_IN", "JITCTL_PROFILE", "JITCTL_PURE_PYTHON"])
@pytest.mark.parametrize("value", ["1", "0", "yes", "Off", ""])
def test_a_value_that_is_understood_says_nothing(run, name, value):
    assert run("-c", "import jitctl", **{name: value}).stderr == ""


@pytest.mark.parametrize("level", ["debug", "Info", "warning", ""])
def test_the_levels_of_the_log_are_understood(level):
    assert Settings({"JITCTL_LOG": level}, ignored=False).problems == {}


def test_the_doctor_knows_every_variable_and_guesses_at_a_misspelt_one(run):
    found = run("-m", "jitctl", "doctor", JITCTL_BACKENDS="noop").stdout
    assert "did you mean JITCTL_BACKEND?" in " ".join(found.split())


@pytest.mark.skipif(
    not installed._backend.describe()["extension"], reason="backends log in the compiled extension only"
)
def test_the_log_is_heeded_where_variables_are(run):
    program, places = child(__file__, "the_log_is_heeded_where_variables_are"), os.pathsep.join([HOME, CHILDREN])
    wanted = {"JITCTL_BACKEND": "native", "JITCTL_OPT_IN": "1"}
    found = run(*program, PYTHONPATH=places, JITCTL_LOG="debug", **wanted)
    if found.returncode == 0 and installed._backend.describe()["jit_built"] and sys.version_info >= (3, 14):
        assert "jitctl: " in found.stderr
    assert "jitctl: " not in run(*program, PYTHONPATH=places, **wanted).stderr


@pytest.mark.parametrize("pure", ["0", "1"])
def test_disabled_hints_say_so(run_part, pure):
    text = run_part("disabled_hints_say_so", JITCTL_DISABLE="1", JITCTL_PURE_PYTHON=pure)
    assert text.split("\n") == ["unsupported disabled 1 True", "True"]
