"""A process that is started for a test or a benchmark inherits no settings."""

from types import SimpleNamespace

import pytest
from clean_environment import clean_environment


@pytest.fixture(autouse=True)
def variables(monkeypatch):
    found = {"HOME": "/home", "JITCTL_BACKEND": "noop", "PYTHON_JIT": "1", "PYTHONPATH": "p", "COVERAGE": "c"}
    monkeypatch.setattr("clean_environment.os", SimpleNamespace(environ=found))


def test_settings_are_left_out():
    assert clean_environment() == {"HOME": "/home", "COVERAGE": "c"}


def test_those_that_are_to_stay_stay_where_they_are_set():
    assert clean_environment(keep=["PYTHON_JIT", "JITCTL_DISABLE"])["PYTHON_JIT"] == "1"
    assert "JITCTL_DISABLE" not in clean_environment(keep=["PYTHON_JIT", "JITCTL_DISABLE"])


def test_more_can_go_and_come():
    found = clean_environment(also=["COV"], JITCTL_BACKEND="native", HOME="/elsewhere")
    assert found == {"HOME": "/elsewhere", "JITCTL_BACKEND": "native"}
