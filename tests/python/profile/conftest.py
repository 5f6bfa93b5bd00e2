"""What the profiler's tests share: the package as it was loaded, and whether it can profile here."""

import pytest
from place import installed


@pytest.fixture
def jitctl():
    """Give the package as it was loaded: the fallback has no profiler."""
    return installed


@pytest.fixture(scope="session")
def _why_not():
    def probe():
        pass

    installed.jit_ignore(probe, profile=True)
    profile = installed.stats(probe).profile
    installed.profiler.stop(probe)
    return None if profile.state == "on" else profile.note


@pytest.fixture
def profiling(jitctl, _why_not):
    """Skip where nothing can be profiled; stop everything afterwards."""
    if _why_not:
        pytest.skip(_why_not)
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
