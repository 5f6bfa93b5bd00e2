"""Assertions on what is compiled, for tests of programs with hints. The pytest plugin's fixture ``jit`` is this module.

    from jitctl import testing
    testing.assert_compiled(total)

They look at states, never at times, so that they give the same answer on a busy machine.
"""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from . import _targets
from ._process.explain import explain_function
from ._router import backend as _backend
from ._stats.records import Tier

__all__ = ["assert_compiled", "assert_not_compiled", "failures", "no_exits", "reason_to_skip"]

_WIDTH = 100


def reason_to_skip() -> str:
    """Say why nothing can be said about compiled code in this process now; empty where it can.

    A tracer (coverage, a debugger) suspends compilation; a backend may be unable to do anything with hints; hints may
    be switched off.
    """
    return _tracer() or _incapable()


def _tracer() -> str:
    if sys.gettrace() is not None:
        return f"{_named(sys.gettrace())} traces all code, which suspends compilation"
    if sys.getprofile() is not None:
        return f"{_named(sys.getprofile())} profiles all code, which suspends compilation"
    monitoring: Any = getattr(sys, "monitoring", None)
    for tool in range(6) if monitoring is not None else ():
        name = monitoring.get_tool(tool)
        if name is not None and monitoring.get_events(tool):
            return f"{name} watches all code by sys.monitoring, which suspends compilation"
    return ""


def _named(tool: object) -> str:
    module = getattr(tool, "__module__", None) or type(tool).__module__
    return str(module).partition(".")[0]


def _incapable() -> str:
    from ._process.switch import is_disabled

    if is_disabled():
        return "hints are switched off"
    global _known
    if _known is None:
        from ._cli.trial import tried

        trial = tried("focus")
        _known = "" if trial.acts else trial.does + (f"; {trial.advice}" if trial.advice else "")
    return _known


_known: str | None = None


def assert_compiled(function: Callable[..., Any]) -> None:
    """Fail unless the function has compiled code in force; the failure says why it has none, with the line.

    function: whatever the decorators take, if it stands for one function.
    """
    __tracebackhide__ = True
    one = _one(function, "assert_compiled")
    if not _live(one):
        raise AssertionError(f"{_name(one)} is not compiled\n{_told(one)}")


def assert_not_compiled(function: Callable[..., Any]) -> None:
    """Fail where the function has compiled code in force."""
    __tracebackhide__ = True
    one = _one(function, "assert_not_compiled")
    if _live(one):
        raise AssertionError(f"{_name(one)} is compiled\n{_told(one)}")


@contextlib.contextmanager
def no_exits() -> Iterator[None]:
    """Fail where compiled code of a hinted function was left meanwhile, or thrown away; lines and reasons are told.

    The compiler counts its exits. CPython's JIT does not: there, an exit is noticed once it was taken often enough to
    be compiled itself, and that compiled code was dropped is noticed at once.
    """
    __tracebackhide__ = True
    before = {id(one): (one, _left(one), _regions(one)) for one in _hinted()}
    yield
    problems = []
    for one, left, regions in before.values():
        for (line, code, message), count in (_left(one) - left).items():
            problems.append(f"{_name(one)}, line {line}: left {count} times ({code}): {message}")
        now = _regions(one)
        for offset, kind in now - regions:
            if kind == "side-exit":
                problems.append(f"{_name(one)}: an exit to the instruction at {offset} was taken often: it is compiled")
        problems += [f"{_name(one)}: compiled code ({kind}) was dropped" for _, kind in regions - now]
    if problems:
        raise AssertionError("compiled code was left:\n" + "\n".join(f"  {one}" for one in problems))


def failures() -> list[str]:
    """Say which hints of this process are not in force, a text each, with reason and line; empty where all are."""
    found = []
    for record in _backend.records():
        function, verdict = record["object"], record["verdict"]
        compiled = record["hint"] != "focus" or (type(function) is FunctionType and bool(_live(function)))
        if verdict["status"] in ("unsupported", "refused") or (verdict["status"] != "applied" and not compiled):
            if type(function) is FunctionType:
                found.append(f"{record['hint']} on {_name(function)} is not in force\n{_told(function)}")
            else:
                found.append(f"{record['hint']} on {function!r} is not in force: {verdict['message']}")
    return found


def _one(thing: Any, name: str) -> FunctionType:
    found: list[FunctionType] = _targets.resolve(thing, name)[0]
    if len(found) != 1:
        raise TypeError(f"{name} takes what stands for one function; {thing!r} stands for {len(found)}")
    return found[0]


def _name(function: FunctionType) -> str:
    return f"{function.__module__}:{function.__qualname__}"


def _told(function: FunctionType) -> str:
    return "\n".join(f"  {line}" for line in explain_function(function).text(_WIDTH).splitlines())


def _live(function: FunctionType) -> list[Any]:
    return [one for one in Tier.read(_backend.observe(function)).regions if one.valid]


def _hinted() -> list[FunctionType]:
    return [one["object"] for one in _backend.records() if type(one["object"]) is FunctionType]


def _left(function: FunctionType) -> Counter[tuple[int, str, str]]:
    exits = Tier.read(_backend.observe(function)).exits
    return Counter({(one.line, one.code, one.message): one.count for one in exits})


def _regions(function: FunctionType) -> set[tuple[int, str]]:
    return {(one.offset, one.kind) for one in _live(function)}
