"""The short part of CPython's test suite with mixed hints on every function; the whole is tests/evidence/cpython."""

import importlib.util
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from place import HOME

EVIDENCE = Path(__file__).resolve().parents[2] / "evidence"
MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
NAME = MINOR + ("d" if sysconfig.get_config_var("Py_DEBUG") else "")
SHORT = ["test_generators", "test_descr", "test_dataclasses", "test_patma", "test_monitoring", "test_sys_settrace"]


@pytest.fixture
def evidence(monkeypatch):
    """Make the runner's modules importable."""
    for folder in ("cpython", "outcomes"):
        monkeypatch.syspath_prepend(str(EVIDENCE / folder))


def test_the_short_part_is_what_the_list_marks(evidence):
    import plan

    assert [one.name for one in plan.read_modules() if one.short] == SHORT


@pytest.mark.parametrize("module", SHORT)
def test_outcomes_are_the_same_as_without_hints(module, native, evidence):
    if importlib.util.find_spec("test.support") is None:
        pytest.skip("this interpreter comes without CPython's test suite")
    import judge
    import plan
    import run
    from compare import Explained

    (wanted,) = [one for one in plan.read_modules() if one.name == module]
    setting = judge.Setting(NAME, "off")
    explained = Explained.read(EVIDENCE / "cpython" / "explained.json")
    bench = judge.Bench(setting, lambda mode: run.run_module(sys.executable, setting, Path(HOME), mode, wanted))
    judged = bench.judge("mixed", explained)
    assert [f"{one.shown()}\n{judged.details.get(one.test)}" for one, reason in judged.found if reason is None] == []
    assert judged.plain.outcomes[judge.PROCESS] == "ok"
    assert judged.hinted.end["hinted"] > 500
    assert judged.hinted.end["errors"] == []


def test_the_runner_explains_itself():
    command = [sys.executable, str(EVIDENCE / "cpython"), "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert shown.returncode == 0, shown.stderr
    assert "--interpreters" in shown.stdout
