"""Tracers, profilers and monitoring tools see of a first call what they saw without the hint."""

import sys

import pytest
from warmed import SEEN, fresh, jit_focus


class Unready(Exception):
    pass


def unready():
    raise Unready


def armed(function):
    return jit_focus(sample_args=unready)(function)


def events_of(call, install=sys.settrace):
    seen = []

    def local(frame, event, argument):
        if frame.f_code.co_filename == __file__:
            seen.append((event, frame.f_code.co_name, frame.f_lineno, repr(argument) if event == "return" else None))
        return local

    before = sys.gettrace() if install is sys.settrace else sys.getprofile()
    install(local)
    try:
        call()
    finally:
        install(before)
    return seen


def one_liner(x): return x if x else None  # fmt: skip


def several(n):
    result = []
    for i in range(n):
        try:
            result.append(1 / i)
        except ZeroDivisionError:
            result.append(None)
    return result


def items(n):
    yield from range(n)
    return


@pytest.mark.parametrize("install", [sys.settrace, sys.setprofile])
@pytest.mark.parametrize(
    ("function", "call"),
    [(one_liner, one_liner), (several, several), (items, lambda n: list(items(n)))],
    ids=["1", "2", "3"],
)
def test_tracers_see_what_they_saw(function, call, install):
    fresh(function)
    expected = [event for event in events_of(lambda: call(3), install) if event[1] == function.__name__]
    armed(function)
    found = [event for event in events_of(lambda: call(3), install) if event[1] == function.__name__]
    assert found == expected
    assert expected


@pytest.mark.skipif(SEEN, reason="before 3.12 the calls of a training are seen as calls")
@pytest.mark.parametrize("install", [sys.settrace, sys.setprofile])
def test_a_training_is_not_seen(install, verdict):
    fresh(several)
    expected, found = [], []
    for events in (expected, found):
        events += events_of(lambda: several(3), install)
        jit_focus(sample_args=(9,))(fresh(several))
        if events is expected:
            assert verdict(several).status == "pending"
    assert found == expected
    several(3)
    assert verdict(several).measures["calls"] > 8


@pytest.mark.skipif(SEEN, reason="sys.monitoring came with 3.12")
def test_another_tool_sees_its_own_events():
    events, tool = sys.monitoring.events, 0
    seen = []
    jit_focus(sample_args=(9,))(fresh(several))
    sys.monitoring.use_tool_id(tool, "a debugger")
    try:
        sys.monitoring.register_callback(tool, events.PY_START, lambda code, offset: seen.append(code.co_name))
        sys.monitoring.set_local_events(tool, several.__code__, events.PY_START)
        several(3)
        several(3)
    finally:
        sys.monitoring.set_local_events(tool, several.__code__, 0)
        sys.monitoring.register_callback(tool, events.PY_START, None)
        sys.monitoring.free_tool_id(tool)
    assert seen == ["several", "several"]
