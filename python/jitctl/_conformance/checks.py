"""The checks on single hints. Each returns a line on what it saw, or raises `BrokenError`."""

from __future__ import annotations

import sys
import time

from . import kinds
from .cases import BACKEND, HINTS, USES, cases, fresh, functions_of, looks, outcome, record_of, require, verdicts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

#: seconds that a backend gets to do something in the background
_BACKGROUND = 0.02


def identity() -> str:
    """Hints return the very object, and introspection finds it unchanged, also after it ran."""
    count = 0
    for hint, decorate in HINTS.items():
        for name, thing, use in cases():
            before = looks(thing)
            require(decorate(thing) is thing, f"{hint} on {name}: another object came back")
            for moment in ("hinted", "used"):
                after = looks(thing)
                for function, seen in before.items():
                    differ = [key for key in seen if seen[key] != after[function][key]]
                    require(not differ, f"{hint} on {name}: {', '.join(differ)} of {function} changed when {moment}")
                for _ in range(USES):
                    outcome(use)
            count += 1
    return f"{count} hints, each on the same object as before"


def results() -> str:
    """Compare results, exceptions and tracebacks with those of the unhinted twin."""
    count = 0
    for hint, decorate in HINTS.items():
        for (name, thing, use), (_, _, plain) in zip(cases(), cases(), strict=False):
            decorate(thing)
            for number in range(USES):
                expected, found = outcome(plain), outcome(use)
                require(expected == found, f"{hint} on {name}, use {number + 1}: {found}, expected {expected}")
                count += 1
    return f"{count} uses equal"


def verdicts() -> str:
    """Every hint ends in a verdict with a known status, a well-formed code and one sentence."""
    seen: dict[str, int] = {}
    for hint, decorate in HINTS.items():
        for name, thing, use in cases():
            decorate(thing)
            for moment in ("at once", "after use"):
                for record in verdicts_of(thing, f"{hint} on {name}, {moment}"):
                    require(record["hint"] == hint, f"{hint} on {name}: recorded as {record['hint']}")
                    status = record["verdict"]["status"]
                    seen[status] = seen.get(status, 0) + 1
                for _ in range(USES):
                    outcome(use)
    return ", ".join(f"{number} {status}" for status, number in sorted(seen.items()))


def repeated() -> str:
    """Repeat hints, and put one after the other: the last one counts."""
    count = 0
    orders = [("focus",) * 3, ("ignore",) * 3, ("once",) * 3]
    orders += [(one, two, one) for one in HINTS for two in HINTS if one != two]
    for order in orders:
        for (name, thing, use), (_, _, plain) in zip(cases(), cases(), strict=False):
            for hint in order:
                HINTS[hint](thing)
                for _ in range(3):
                    require(outcome(plain) == outcome(use), f"{' then '.join(order)} on {name}: another result")
            for record in verdicts_of(thing, f"{' then '.join(order)} on {name}"):
                require(record["hint"] == order[-1], f"{' then '.join(order)} on {name}: {record['hint']} counts")
            count += len(order)
    return f"{count} hints"


def undo() -> str:
    """Take hints back, once each; afterwards the function is unhinted, works, and can be hinted again."""
    count = 0
    for hint, decorate in HINTS.items():
        for (name, thing, use), (_, _, plain) in zip(cases(), cases(), strict=False):
            for uses in (0, USES):
                decorate(thing)
                for _ in range(uses):
                    require(outcome(plain) == outcome(use), f"{hint} on {name}: another result")
                for function in functions_of(thing):
                    where = f"undo of {hint} on {name} after {uses} uses"
                    require(BACKEND.undo(function) is True, f"{where}: says there was nothing")
                    require(BACKEND.record(function) is None, f"{where}: the record is still there")
                    require(BACKEND.undo(function) is False, f"{where}: a second undo found something")
                    count += 1
                require(outcome(plain) == outcome(use), f"{hint} on {name}: another result after undo")
    return f"{count} hints taken back"


def options() -> str:
    """Documented keywords work; unknown ones are refused by jitctl, and passed by it they are ignored."""
    given: list[dict[str, Any]] = [
        {"sample_args": (4,)},
        {"sample_args": (4,), "sample_kwargs": {"scale": 2.0}, "budget_calls": 3, "budget_ms": 5.0},
        {"sample_args": lambda: (3,), "sample_kwargs": dict, "when": "decoration"},
        {"sample_args": (3,), "when": "first-call"},
        {"when": "background", "budget_ms": 1.0},
        {"sample_args": _fails, "when": "decoration"},
        {"sample_args": _fails},
    ]
    late = {"threshold": 3}
    for hint, some in {"focus": [*given, late], "once": given}.items():
        for keywords in some:
            plain, hinted = fresh()["function"], fresh()["function"]
            where = f"{hint} with {', '.join(keywords)}"
            require(HINTS[hint](**keywords)(hinted) is hinted, f"{where}: another object came back")
            for _ in range(USES):
                require(outcome(lambda: hinted(5)) == outcome(lambda: plain(5)), f"{where}: another result")  # noqa: B023
            record_of(hinted, where)
    for hint, decorate in HINTS.items():
        try:
            decorate(no_such_option=1)(fresh()["function"])
        except TypeError:
            pass
        else:
            require(False, f"{hint}: an unknown keyword was taken")
        later = fresh()["function"]  # what a later jitctl may send
        BACKEND.get_strategy(hint).apply(later, {"an_option_of_a_later_version": object()}, "function")
        record_of(later, f"{hint} with an option of a later version")
    return f"{2 * len(given) + 1} sets of options"


def _fails() -> tuple[int, ...]:
    raise LookupError("these samples cannot be made")


def tracing() -> str:
    """Compare what a tracer sees of hinted functions with what it sees of any other."""
    count = 0
    for hint, decorate in HINTS.items():
        for (name, thing, use), (_, _, plain) in zip(cases(), cases(), strict=False):
            decorate(thing)
            for _ in range(USES):
                outcome(use), outcome(plain)
            expected, found = _traced(plain), _traced(use)
            require(
                expected == found, f"{hint} on {name}: the tracer saw {len(found)} events, expected {len(expected)}"
            )
            require(outcome(plain) == outcome(use), f"{hint} on {name}: another result after tracing")
            count += len(found)
    return f"{count} events equal"


def _traced(use: Callable[[], Any]) -> list[tuple[str, str, int]]:
    events: list[tuple[str, str, int]] = []

    def tracer(frame: Any, event: str, _: Any) -> Any:
        if frame.f_code.co_filename == kinds.__file__:
            events.append((frame.f_code.co_name, event, frame.f_lineno))
            return tracer
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        outcome(use)
    finally:
        sys.settrace(before)
    return events


def reading() -> str:
    """Read state, records and notes repeatedly: that changes nothing."""
    count = 0
    changed = []
    for hint, decorate in HINTS.items():
        for name, thing, use in cases():
            decorate(thing)
            for uses in (0, USES):
                for _ in range(uses):
                    outcome(use)
                for function in functions_of(thing):
                    if not _settles(_reading, function):
                        changed.append(f"{hint} on {name}")
                        again = any(_settles(_reading, function) for _ in range(3))
                        require(again, f"{hint} on {name}: reading its state changed it, time and again")
                    count += 1
    # A backend that works in the background may change one of them in that moment.
    require(len(changed) <= 2, f"{', '.join(changed[:3])}: reading its state changed it")
    require(any(_settles(BACKEND.chosen) for _ in range(3)), "the description or the notes differ when read twice")
    return f"{count} functions read three times"


def _settles(read: Any, *arguments: Any) -> bool:
    first, second, third = (read(*arguments) for _ in range(3))
    return bool(first == second == third)


def _reading(function: Any) -> tuple[Any, ...]:
    code = function.__code__
    raw = getattr(code, "_co_code_adaptive", b"")
    record = dict(BACKEND.record(function) or {}, object=None)
    return raw, code.co_flags, dict(function.__dict__), BACKEND.observe(function), record


def calls() -> str:
    """Hint functions that note their calls, with effects that no backend can overlook: only the user calls them."""
    count = 0
    for hint, decorate in HINTS.items():
        for options in ({}, {"infer": False}) if hint != "ignore" else ({},):
            noted: list[str] = []
            for name, function in _noting(noted).items():
                where = f"{hint} on {name}" + (" with infer=False" if options else "")
                decorate(function, **options)
                for use in range(USES):
                    require(len(noted) == use, f"{where}: the backend called it, unasked ({len(noted) - use} calls)")
                    function()
                time.sleep(_BACKGROUND)
                BACKEND.undo(function)
                require(len(noted) == USES, f"{where}: the backend called it, unasked ({len(noted) - USES} calls)")
                noted.clear()
                count += USES
    return f"{count} calls, each of them the user's own"


def _noting(noted: list[str]) -> dict[str, Any]:
    """Make functions that can be called without arguments, or with any, and note that."""

    def function(count: int = 3, *rest: object, **more: object) -> int:
        noted.append("function")
        total = 0
        for number in range(count if type(count) is int else 3):
            total += number
        return total

    def without(*rest: object) -> None:
        noted.append("without a loop")

    def generator(count: int = 3) -> Iterator[int]:
        noted.append("generator")
        yield from range(count)

    def driven() -> list[int]:
        return list(generator())

    return {"a function": function, "a function without a loop": without, "a function with a generator": driven}


CHECKS = {
    "identity": identity,
    "calls": calls,
    "results": results,
    "verdicts": verdicts,
    "repeated hints": repeated,
    "undo": undo,
    "options": options,
    "tracing": tracing,
    "reading": reading,
}
