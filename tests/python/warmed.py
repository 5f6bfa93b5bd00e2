"""What the warmup backend's tests need to know of the interpreter, and functions that are cold again."""

import sys

import jitctl
from jitctl import _router

BLIND = sys.version_info < (3, 11)  # no specialisation to be seen
STAND_INS = sys.version_info[:2] == (3, 11)  # first calls are noticed by a stand-in for the code object
SEEN = sys.version_info < (3, 12)  # tracers are told of the calls of a training
JIT = _router.backend.describe()["jit_enabled"]


def fresh(function):
    """Give the function a code object of its own: specialisation and events belong to it, not to the function."""
    function.__code__ = function.__code__.replace()
    return function


def _patient(hint):
    """Give the hint with a budget that no busy machine spends, unless the test names one."""

    def given(function=None, /, **options):
        decorate = hint(**{"budget_ms": 600_000, **options})
        return decorate if function is None else decorate(function)

    return given


jit_focus = _patient(jitctl.jit_focus)
jit_once = _patient(jitctl.jit_once)
