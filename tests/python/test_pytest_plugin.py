"""The pytest plugin: silent and import-free until used; assertions on compiled code that say why; tracers; xdist."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clean_environment import clean_environment
from place import HOME

from jitctl._cli.trial import tried

ROOT = Path(__file__).resolve().parents[2]
needs_hints = pytest.mark.skipif(not tried("focus").acts, reason="hints can do nothing on this interpreter")
INSTALLED = any(one.value == "pytest_jitctl" for one in importlib.metadata.entry_points(group="pytest11"))
WORK = """
import jitctl
import pytest

@jitctl.jit_focus
def work(values):
    total = 0
    for value in values:
        total += value
    return total

def plain(value):
    return value

@jitctl.jit_focus
def never_called(value):
    return value

def warm():
    for _ in range(400):
        work(list(range(60)))
"""


@pytest.fixture
def outer(tmp_path):
    """Run pytest on a test file in a process of its own, with the plugin as it is when it is installed."""

    def start(text, *arguments, **environment):
        (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
        # Or this project's own settings would hold where the temporary folder lies inside it.
        (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        if not INSTALLED:
            shutil.copy(ROOT / "python" / "pytest_jitctl.py", tmp_path)
            arguments = ("-p", "pytest_jitctl", *arguments)
        # What hints do depends on the JIT, here and there.
        kept = clean_environment(keep=["PYTHON_JIT"], also=["PYTEST"])
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs", str(tmp_path), *arguments],
            env={**kept, "PYTHONPATH": os.pathsep.join([HOME, str(tmp_path)]), "COLUMNS": "200", **environment},
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
        return done.returncode, done.stdout + done.stderr

    return start


def test_nothing_is_imported_until_it_is_used(outer):
    text = (
        "import sys\ndef test_it():\n    assert not [one for one in sys.modules if one.partition('.')[0] == 'jitctl']"
    )
    code, output = outer(text)
    assert code == 0, output
    assert "jitctl: hints" not in output


def test_it_is_found_by_its_entry_point():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points.pytest11]\njitctl = "pytest_jitctl"' in text
    assert 'py-modules = ["pytest_jitctl"]' in text


@needs_hints
def test_what_is_compiled_and_what_is_not(outer):
    code, output = outer(
        WORK
        + """
def test_compiled(jit):
    warm()
    if not jitctl.stats(work).tier.regions:
        pytest.skip("this backend compiles nothing")
    jit.assert_compiled(work)
    with pytest.raises(AssertionError, match="work is compiled"):
        jit.assert_not_compiled(work)
    with jit.no_exits():
        warm()

def test_not_compiled(jit):
    jit.assert_not_compiled(plain)
    with pytest.raises(AssertionError, match="plain is not compiled") as caught:
        jit.assert_compiled(plain)
    assert "hint      none" in str(caught.value)
    # A path that is longer than a line is broken.
    assert f"test_it.py:{plain.__code__.co_firstlineno}" in "".join(str(caught.value).split())
    with pytest.raises(TypeError):
        jit.assert_compiled(len)

@pytest.mark.jit
def test_marked():
    assert jitctl.stats(work)
"""
    )
    assert code == 0, output


@needs_hints
def test_a_failure_says_the_reason_in_full(outer):
    code, output = outer(WORK + "def test_it(jit):\n    jit.assert_compiled(never_called)\n")
    assert code == 1
    assert "test_it:never_called is not compiled" in output
    assert "verdict" in output
    assert "focus, by the program itself" in output
    assert "testing.py:" not in output  # it points at the test


def test_an_exit_is_told_with_its_line(outer):
    text = """
import jitctl, pytest
from jitctl import testing
@jitctl.jit_focus
def work(values):
    total = 0
    for value in values:
        total += value * 2
    return total
def test_it():
    if "compiler" not in jitctl.stats(work).backend:
        pytest.skip("the compiler does not serve this interpreter")
    for _ in range(200):
        work([1, 2, 3] * 20)
    with pytest.raises(AssertionError, match=r"work, line 8: left 1 times \\(type\\)"):
        with testing.no_exits():
            work([1, 0.5])
"""
    usable = subprocess.run(
        [sys.executable, "-c", "import jitctl"],
        env={**os.environ, "PYTHONPATH": HOME, "JITCTL_BACKEND": "compiler"},
        capture_output=True,
    )
    if usable.returncode:
        pytest.skip("the compiler does not serve this interpreter")
    code, output = outer(text, JITCTL_BACKEND="compiler")
    assert code == 0, output


def test_off(outer):
    text = WORK + "def test_it():\n    assert jitctl.status().disabled\n@pytest.mark.jit\ndef test_marked(): pass\n"
    code, output = outer(text, "--jitctl=off")
    assert code == 0, output
    assert "jitctl: hints are switched off" in output or not tried("focus").acts


def test_report_and_every_hint(outer):
    text = WORK + "def test_it():\n    warm()\n"
    code, output = outer(text, "--jitctl=report")
    assert code == 0, output
    assert "jitctl: hints" in output
    assert "never_called" in output
    code, output = outer(text, "--jitctl=every-hint")
    if not tried("focus").acts:
        assert (code, "were not looked at" in output) == (0, True)
    else:
        assert code == 1, output
        assert "focus on test_it:never_called is not in force" in output


@pytest.mark.parametrize("hook", ["settrace", "setprofile"])
def test_under_a_tracer_it_says_so_and_skips(outer, hook):
    text = (
        WORK
        + f"import sys\nsys.{hook}(lambda *_: None)\ndef test_it(jit): pass\n@pytest.mark.jit\ndef test_two(): pass\n"
    )
    code, output = outer(text)
    assert code == 0, output
    assert output.count("which suspends compilation") >= 1
    assert "2 skipped" in output


@pytest.mark.skipif(importlib.util.find_spec("coverage") is None, reason="coverage is not installed")
def test_under_coverage_it_says_so_and_skips(outer, tmp_path):
    (tmp_path / "test_it.py").write_text(WORK + "def test_it(jit): pass\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    if not INSTALLED:
        shutil.copy(ROOT / "python" / "pytest_jitctl.py", tmp_path)
    words = [] if INSTALLED else ["-p", "pytest_jitctl"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTEST", "COV"))}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "coverage",
            "run",
            "-m",
            "pytest",
            "-rs",
            "-p",
            "no:cacheprovider",
            *words,
            "test_it.py",
        ],
        env={**kept, "PYTHONPATH": os.pathsep.join([HOME, str(tmp_path)]), "COLUMNS": "200"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "coverage" in done.stdout
    assert "which suspends compilation" in done.stdout


@pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="xdist is not installed")
def test_with_xdist(outer):
    text = WORK + "def test_it():\n    warm()\ndef test_two(jit):\n    warm()\n"
    code, output = outer(text, "-n", "2", "--jitctl=report")
    assert code == 0, output
    assert "jitctl: hints" in output
    code, output = outer(text, "-n", "2", "--jitctl=every-hint")
    assert (code, "is not in force" in output) == ((1, True) if tried("focus").acts else (0, False)), output
