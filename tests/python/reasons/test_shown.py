"""Reasons as users read them: on the record, in the table, in HTML, in verdicts; on nested code."""

import subprocess

import pytest
from place import installed

KNOWN = bool(installed._backend.reasons())
needs_jit = pytest.mark.skipif(not KNOWN, reason="nothing is known of a JIT in this interpreter, so no reason is told")


def raising(n):
    total = 0
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError:
            total += 1
    return total


def fine(n):
    total = 0
    for i in range(n):
        total += i
    return total


def outer(n):
    def inner(m):
        while m:
            try:
                raise KeyError
            except KeyError:
                m -= 1

    return inner(n) or list(range(n))


def raises_out(n):
    for i in range(n):
        if i > 100:
            raise ValueError(i)
    return n


def caught_outside(n):
    try:
        for i in range(n):
            if i > 100:
                raise ValueError(i)
    except ValueError:
        return -1
    return n


def caught_in_outer_loop(n):
    hits = 0
    for _ in range(n):
        try:
            for i in range(n):
                if i > 1:
                    raise ValueError(i)
        except ValueError:
            hits += 1
    return hits


def branches(n):
    """A large loop of which every pass runs a small part."""
    total = 0
    for i in range(n):
        kind = i % 40
        if kind == 0:
            total += 1
            continue
        if kind == 1:
            total += i * 2 - kind * 3 + total // 2
    return total


LARGE = "def dispatch(n):\n    t = 0\n    for i in range(n):\n        k = i % 90\n" + "".join(
    f"        {'el' if kind else ''}if k == {kind}:\n            t = t * 3 + i - {kind} + t // 7\n"
    for kind in range(90)
)


def line_of(function, text):
    import inspect

    lines, first = inspect.getsourcelines(function)
    return first + next(number for number, line in enumerate(lines) if text in line)


def reasons(function, hint=None):
    (hint or installed.jit_focus)(function)
    try:
        return installed.stats(function).unfriendly
    finally:
        installed._backend.undo(function)


@needs_jit
def test_code_line_message_and_advice():
    (reason,) = reasons(raising)
    assert (reason.code, reason.line) == ("raise-in-loop", line_of(raising, "raise ValueError"))
    assert "exception" in reason.message
    assert reason.advice
    assert str(reason) == f"raise-in-loop (line {reason.line})"
    assert reason.to_dict() == {name: getattr(reason, name) for name in ("code", "line", "message", "advice")}
    assert isinstance(reason, installed.Reason)


@pytest.mark.parametrize("function", [fine, raises_out, caught_outside, branches])
def test_no_reason_without_cause(function):
    assert reasons(function) == ()


@needs_jit
def test_a_handler_in_an_outer_loop_counts():
    assert [reason.code for reason in reasons(caught_in_outer_loop)] == ["raise-in-loop"]


@needs_jit
def test_nested_code_counts():
    assert [(one.code, one.line) for one in reasons(outer)] == [("raise-in-loop", line_of(outer, "raise KeyError"))]


def test_a_large_loop_with_short_passes_is_not_too_large():
    space = {}
    exec(LARGE, space)
    # The way that meets no condition passes 90 comparisons: longer than a trace of 3.14 holds, and not one of 3.15.
    codes = {reason.code for reason in reasons(space["dispatch"])}
    assert codes <= {"large-body"}
    short = LARGE.replace("k = i % 90\n", "k = i % 90\n        if k < 80:\n            continue\n")
    exec(short, space)
    assert reasons(space["dispatch"]) == ()


@needs_jit
def test_ignored_functions_have_none():
    assert reasons(raising, installed.jit_ignore) == ()


@needs_jit
def test_everywhere_that_stats_are_shown():
    installed.jit_focus(raising)
    line = line_of(raising, "raise ValueError")
    try:
        stats = installed.stats(name="raising")
        shown = " ".join(str(stats).split())  # wrapped at the terminal's width
        assert f"unfriendly to the JIT: raising ({__name__}): raise-in-loop (line {line})" in shown
        assert f"raise-in-loop (line {line})</li>" in stats._repr_html_()
        assert stats.to_dict()["records"][0]["unfriendly"][0]["code"] == "raise-in-loop"
        assert f"unfriendly to the JIT: raise-in-loop (line {line}): " in str(stats[0])
    finally:
        installed._backend.undo(raising)


def test_a_friendly_function_adds_nothing_to_the_table():
    installed.jit_focus(fine)
    try:
        stats = installed.stats(name="fine")
        assert "unfriendly" not in str(stats) + stats._repr_html_() + str(stats[0])
        assert stats.to_dict()["records"][0]["unfriendly"] == []
    finally:
        installed._backend.undo(fine)


@needs_jit
def test_the_list_is_closed_and_every_reason_has_its_words():
    kinds = installed._backend.reasons()
    codes = [kind["code"] for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert all(kind["summary"] and kind["advice"] for kind in kinds)


def test_the_fallback_knows_none(pure):
    pure.jit_focus(raising)
    assert pure.stats(raising).unfriendly == ()
    assert pure._backend.reasons() == pure._backend.unfriendly(raising) == []


def test_reading_twice_changes_nothing():
    installed.jit_focus(raising)
    try:
        raising(200)
        unchanged = []
        for _ in range(5):
            before = getattr(raising.__code__, "_co_code_adaptive", b"")
            assert installed.stats(raising).unfriendly == installed.stats(raising).unfriendly
            unchanged.append(getattr(raising.__code__, "_co_code_adaptive", b"") == before)
        # A step of maintenance may come between once, and rewrites counters.
        assert unchanged.count(False) <= 1
    finally:
        installed._backend.undo(raising)


@pytest.mark.parametrize("thing", [len, int, 3, None, "text", type])
def test_what_has_no_bytecode_has_no_reasons(thing):
    assert installed._backend.unfriendly(thing) == []


@needs_jit
def test_replaced_code_is_noticed_and_a_new_hint_forgets_it():
    def f(n):
        for _ in range(n):
            pass

    installed.jit_focus(f)
    assert installed.stats(f).unfriendly == ()
    f.__code__ = f.__code__.replace()
    assert [reason.code for reason in installed.stats(f).unfriendly] == ["code-replaced"]
    installed.jit_focus(f)
    assert installed.stats(f).unfriendly == ()


def test_every_function_of_the_standard_library_can_be_judged():
    """Whatever code there is, it is read without an error, and what is told names a line of that code."""
    import argparse
    import asyncio.base_events
    import dataclasses
    import inspect
    import types

    judged = 0
    for module in (argparse, asyncio.base_events, dataclasses, inspect, subprocess):
        owners = [module, *(one for one in vars(module).values() if isinstance(one, type))]
        for function in (one for owner in owners for one in vars(owner).values()):
            if not isinstance(function, types.FunctionType):
                continue
            judged += 1
            for reason in installed._backend.unfriendly(function):
                last = max((line or 0 for _, _, line in _all_lines(function.__code__)), default=0)
                assert function.__code__.co_firstlineno <= reason["line"] <= last
    assert judged > 200


def _all_lines(code):
    yield from code.co_lines()
    for constant in code.co_consts:
        if hasattr(constant, "co_lines"):
            yield from _all_lines(constant)


@needs_jit
@pytest.mark.parametrize("backend", ["native", "warmup"])
def test_a_training_that_compiled_nothing_says_why(run_part, backend):
    # What is not compiled at all on this version; the other one is, up to the raise, or as a whole.
    yields = "yield-in-loop" in {kind["code"] for kind in installed._backend.reasons()}
    part, given = "a_training_that_compiled_nothing_says_why", {"function": "yielding" if yields else "raising"}
    found = run_part(part, given=given, PYTHON_JIT="1", JITCTL_BACKEND=backend)
    first, message, advice = found.split("|")
    if yields and backend == "native":
        assert "yield" in message  # native arms nothing there, and says so in its own words
    else:
        told = f"yield-in-loop at line {int(first) + 1}" if yields else f"raise-in-loop at line {int(first) + 3}"
        assert f"unfriendly to the JIT: {told}" in message
        assert ("collect" if yields else "condition") in advice
