"""What the warmup backend's tests need to know of the interpreter, and functions that are cold again."""

import sys

from jitctl import _router

BLIND = sys.version_info < (3, 11)  # no specialisation to be seen
STAND_INS = sys.version_info[:2] == (3, 11)  # first calls are noticed by a stand-in for the code object
SEEN = sys.version_info < (3, 12)  # tracers are told of the calls of a training
JIT = _router.backend.describe()["jit_enabled"]


def fresh(function):
    """Give the function a code object of its own: specialisation and events belong to it, not to the function."""
    function.__code__ = function.__code__.replace()
    return function
