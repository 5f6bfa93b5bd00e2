"""What the samples of a run say of its functions: the candidates for hints, as text and as rules.

It is plain data, of the form that `find_schema` declares: to define the classes there takes as long as a hundredth of a
short run, and what `jitctl find` adds to a program is to be less than that.
"""

from __future__ import annotations

import os
from types import CodeType

from .. import _router
from .._process.functions import all_functions
from .._report.wilson import interval, told
from .._text import interpreter_name, one_line, reason_name, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType
    from typing import Any

    from .._process.sampler import Gone, Sampler
    from .console import Console

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1
#: functions are told until they make up this share of the time, or are so many; one that could save less is left out
SHARE, MOST, LEAST = 0.8, 20, 0.005
#: with fewer samples, a share says too little
FEWEST_SAMPLES = 100
#: a function that runs compiled for this share of its time gains nothing from a hint
COMPILED = 0.9
#: the modules of the import system begin so, on CPython and on PyPy; a hint on them is not for the program
IMPORT_SYSTEM = ("_frozen_importlib", "importlib._bootstrap")
#: columns before a function's name: its time, that in compiled code, the suggestion
_INDENT = 24


def result_of(sampler: Sampler, exit_code: int) -> dict[str, Any]:
    """Judge what was sampled."""
    total = sampler.samples + sampler.outside
    in_jit = None
    if sampler.sees_compiled and total:
        compiled = sum(count for one, count in sampler.lines.items() if one.compiled)
        share, low, high = interval(compiled, total)
        in_jit = {"share": share, "low": low, "high": high, "count": compiled, "samples": total}
    about = _router.backend.describe()
    return {
        "schema": SCHEMA,
        "interpreter": interpreter_name(
            about["implementation"], about["version"], about["debug"], about["free_threaded"]
        ),
        "exit_code": exit_code,
        "method": sampler.method,
        "note": sampler.note,
        "samples": total,
        "seconds": sampler.seconds,
        "in_jit": in_jit,
        "candidates": list(_candidates(sampler, total)) if total >= FEWEST_SAMPLES else [],
    }


def _candidates(sampler: Sampler, total: int) -> Iterator[dict[str, Any]]:
    functions = {function.__code__: function for function in all_functions()}
    shown, lines = 0.0, sampler.lines_of()
    # Not `most_common`, which imports a module for it.
    for code, count in sorted(sampler.by_code().items(), key=lambda one: -one[1])[:MOST]:
        share = count / total
        if shown >= SHARE or share < LEAST:
            return
        shown += share
        function = functions.get(code) if isinstance(code, CodeType) else None
        compiled = sum(inside for _, inside in lines[code].values()) / count
        hottest = max(lines[code], key=lambda line: lines[code][line])
        yield _candidate(code, function, share, compiled if sampler.sees_compiled else None, hottest)


def _candidate(
    code: CodeType | Gone, function: FunctionType | None, share: float, in_jit: float | None, hottest: int
) -> dict[str, Any]:
    loops = _router.backend.loops(code) if isinstance(code, CodeType) else None
    unfriendly = [_reason(one) for one in _router.backend.unfriendly(function)] if function is not None else []
    why, worth = _judged(code, function, share, in_jit, loops, unfriendly)
    return {
        "module": (function.__module__ if function is not None else "") or "",
        "qualname": getattr(code, "co_qualname", code.co_name),
        "file": code.co_filename,
        "line": code.co_firstlineno,
        "hottest_line": hottest,
        "share": share,
        "in_jit": in_jit,
        "loops": loops,
        "suggestion": "focus" if worth else "leave",
        "why": why,
        "unfriendly": unfriendly,
    }


def _reason(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: raw.get(name) for name in ("code", "line", "message", "advice")}


def _judged(
    code: CodeType | Gone,
    function: FunctionType | None,
    share: float,
    in_jit: float | None,
    loops: int | None,
    unfriendly: list[dict[str, Any]],
) -> tuple[str, bool]:
    """Say why a function is worth a hint or not, and whether it is."""
    if code.co_name == "<module>":
        return "code of a module cannot have a hint: move it into a function", False
    if function is None:
        return "it is made while the program runs, and is gone: hint the function around it", False
    if (function.__module__ or "").startswith(IMPORT_SYSTEM):
        return "it is Python's own import system, at work while modules are loaded", False
    if in_jit is not None and in_jit >= COMPILED:
        return "it runs compiled already", False
    if unfriendly:
        first = unfriendly[0]
        name = reason_name(first["code"], first["line"])
        return f"{name}; {first['advice']}" if first["advice"] else name, False
    if loops == 0 and share < 0.02:
        return "it has no loop and takes little: its callers' hints reach it", False
    if loops:
        return f"{loops} loop{'' if loops == 1 else 's'}", True
    return "it takes much of the time" if loops is None else "no loop, but called often", True


def pattern(one: dict[str, Any]) -> str:
    """Return what a rule matches a candidate by."""
    return f"{one['module']}:{one['qualname']}"


def shown(result: dict[str, Any], out: Console) -> list[str]:
    """Write the result for people."""
    notes = [line for note in [result["note"]] if note for line in wrapped(f"note: {note}", out.width, "  ")]
    samples = result["samples"]
    taken = f"{samples} sample{'' if samples == 1 else 's'} in {result['seconds']:.2f} s"
    if not result["candidates"]:
        few = f"{taken}: too few to say where the time goes; let the program run for a second at least"
        return [*wrapped(few, out.width), *notes]
    lines = wrapped(f"{taken} on {result['interpreter']}", out.width, "  ")
    in_jit = result["in_jit"]
    if in_jit is not None:
        share = told(in_jit["share"], in_jit["low"], in_jit["high"])
        lines += wrapped(f"in compiled code: {share}", out.width, "  ")
    lines += ["", out.paint(f"{'time':>7}{'in JIT' if in_jit else '':>8}  hint   function", "bold")]
    for one in result["candidates"]:
        lines += _lines(one, out)
    rest = max(0.0, 1 - sum(one["share"] for one in result["candidates"]))
    elsewhere = wrapped("elsewhere, in functions that take little each", out.width, " " * 9, f"{100 * rest:5.1f} %  ")
    return [*lines, "", *elsewhere, *notes]


def _lines(one: dict[str, Any], out: Console) -> list[str]:
    file = os.path.basename(one["file"])
    name = pattern(one) if one["module"] else f"{file}:{one['qualname']}"
    word = out.paint(f"{one['suggestion']:<5}", "green" if one["suggestion"] == "focus" else "yellow")
    inside = "" if one["in_jit"] is None else f"{100 * one['in_jit']:.0f} %"
    wide = out.width > 2 * _INDENT
    indent = " " * (_INDENT if wide else 4)
    texts = (one_line(name), f"{one['why']} ({file}:{one['line']}, hottest line {one['hottest_line']})")
    parts = [part for text in texts for part in wrapped(text, out.width - len(indent))]
    first = parts.pop(0) if wide else ""
    head = f"{100 * one['share']:5.1f} %{inside:>8}  {word}  {first}".rstrip()
    return [head, *(indent + part for part in parts)]


def rules(candidates: list[dict[str, Any]], result: dict[str, Any]) -> Iterator[str]:
    """Write candidates as the lines of a rules file."""
    from json import dumps

    yield f"# Suggested by `jitctl find` from {result['samples']} samples on {result['interpreter']}."
    yield "# Not proven yet; next: jitctl tune or jitctl try"
    for one in candidates:
        yield "\n[[rule]]"
        yield f"match = {dumps(pattern(one))}"
        yield 'hint = "focus"'
        reason = f"{100 * one['share']:.0f} % of the time, {one['why']}"
        yield f"reason = {dumps(reason)}"
    yield ""
