"""What the checks of the warmup backend share."""

import sys
import time

import pytest

from jitctl import _router

BLIND = sys.version_info < (3, 11)  # no specialisation to be seen
STAND_INS = sys.version_info[:2] == (3, 11)  # first calls are noticed by a stand-in for the code object
SEEN = sys.version_info < (3, 12)  # tracers are told of the calls of a training
JIT = _router.backend.describe()["jit_enabled"]


def fresh(function):
    """Give the function a code object of its own: specialisation and events belong to it, not to the function."""
    function.__code__ = function.__code__.replace()
    return function


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

    def wait(function, seconds=20):
        deadline = time.monotonic() + seconds
        while verdict(function).status == "pending":
            assert time.monotonic() < deadline, verdict(function)
            time.sleep(0.005)
        return verdict(function)

    return wait
