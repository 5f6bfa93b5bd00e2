"""What the tests of the warmup backend share, which run in a process that uses it: JITCTL_BACKEND=warmup."""

import signal
import time
from pathlib import Path

import pytest

from jitctl import _router

CHILDREN = Path(__file__).resolve().parent / "children"
#: elsewhere there is nothing here to test
collect_ignore_glob = [] if _router.backend.chosen()["name"] == "warmup" else ["test_*.py"]


class Seen:
    """A verdict, with its measures by name."""

    def __init__(self, raw):
        self.status, self.code, self.message, self.advice = (
            raw[key] for key in ("status", "code", "message", "advice")
        )
        self.measures = {name: value for name, value, _unit in raw["measures"]}
        self.kind = (self.status, self.code)

    def __repr__(self):
        return f"{self.status}/{self.code}: {self.message} ({self.advice}) {self.measures}"


@pytest.fixture
def verdict():
    return lambda function: Seen(_router.backend.record(function)["verdict"])


@pytest.fixture
def undo():
    return _router.backend.undo


@pytest.fixture
def settled(verdict):
    """Wait until a verdict is not pending any more."""

    def wait(function, seconds=120):
        deadline = time.monotonic() + seconds
        while verdict(function).status == "pending":
            assert time.monotonic() < deadline, verdict(function)
            time.sleep(0.005)
        return verdict(function)

    return wait


@pytest.fixture
def play(run):
    """Run a program of `children` in a fresh interpreter that uses the backend."""

    def start(name, *arguments):
        return run("-W", "ignore", str(CHILDREN / f"{name}.py"), *arguments, JITCTL_BACKEND="warmup")

    return start


@pytest.fixture
def handled():
    """Set a handler of SIGUSR1 for the time of a test."""
    before = signal.getsignal(signal.SIGUSR1)
    yield lambda handler: signal.signal(signal.SIGUSR1, handler)
    signal.signal(signal.SIGUSR1, before)
