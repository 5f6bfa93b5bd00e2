"""What the profiler's tests share: the package as it was loaded, and whether it can profile here."""

import pytest
from place import installed


@pytest.fixture
def jitctl():
    """Give the package as it was loaded: the fallback has no profiler."""
    return installed


@pytest.fixture
def profiling(jitctl):
    """Give the profiler to a test that applies only where something can be profiled; stop everything afterwards."""
    yield jitctl.profiler
    jitctl.profiler.stop()


@pytest.fixture
def profiled(jitctl, profiling):
    """Give a function that starts a profile of a function, and one that reads it."""

    def start(function, method=None):
        jitctl.jit_ignore(function) if method is None else None
        jitctl._backend.profile_start(function, method)
        return function

    return start


@pytest.fixture
def calls(jitctl):
    """Read the numbers of all calls of a function."""

    def read(function):
        raw = jitctl._backend.profile(function)
        from jitctl._stats.profile import Profile

        return Profile.read(raw).all

    return read
