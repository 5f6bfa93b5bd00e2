"""The environment: what is read, what switches off, and that -E and -I hide it."""

import os

import pytest

from jitctl._settings import Settings, switched_on

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


@pytest.mark.parametrize("pure", ["0", "1"])
def test_disabled_hints_say_so(run_code, pure):
    text = run_code(
        """
import jitctl
@jitctl.jit_focus
def f(): return 1
verdict = jitctl.stats(f).verdict
print(verdict.status, verdict.code, f(), "JITCTL_DISABLE" in verdict.advice)
print(jitctl._backend.chosen()["disabled"])
""",
        JITCTL_DISABLE="1",
        JITCTL_PURE_PYTHON=pure,
    )
    assert text.split("\n") == ["unsupported disabled 1 True", "True"]
