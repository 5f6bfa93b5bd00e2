"""Makes the recording of this process, at the end of its program."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType
from typing import Any

from .._process.functions import all_functions
from .._process.inventory import Compiled, compiled, status_with
from .._process.sampler import Gone, Sampler
from .._router import backend as _backend
from .._stats.records import Reason, Region, Tier, Verdict
from .._version import __version__
from .recording import SCHEMA, Function, Line, Recording, Stretch
from .share import Share

#: the source of so many functions is kept, those with most samples; and so many lines of each
SOURCES, LONGEST = 60, 300
#: the timeline has so many stretches at most
STRETCHES = 120

_Code = CodeType | Gone


def record(sampler: Sampler, command: Sequence[str], began: str, exit_code: int) -> Recording:
    """Make it from what was sampled, and from what hints and compiled code are like now."""
    total = sampler.samples + sampler.outside
    found = compiled()
    functions = tuple(_functions(sampler, total, found))
    inside = sum(count for one, count in sampler.lines.items() if one.compiled)
    return Recording(
        schema=SCHEMA,
        jitctl=__version__,
        command=tuple(command),
        began=began,
        exit_code=exit_code,
        method=sampler.method,
        note=sampler.note,
        samples=total,
        lost=sampler.lost,
        seconds=sampler.seconds,
        wall_seconds=sampler.wall_seconds,
        in_jit=Share.estimated(inside, total) if sampler.sees_compiled else None,
        status=status_with(found),
        timeline=tuple(_timeline(sampler)),
        functions=functions,
    )


def _timeline(sampler: Sampler) -> Iterator[Stretch]:
    bins = sampler.timeline
    together = max(1, -(-len(bins) // STRETCHES))
    for start in range(0, len(bins), together):
        some = bins[start : start + together]
        yield Stretch(start * sampler.bin_seconds, sum(one for one, _ in some), sum(two for _, two in some))


def _functions(sampler: Sampler, total: int, found: tuple[Compiled, ...]) -> Iterator[Function]:
    """Give what was sampled, hinted or compiled, in the order of the samples."""
    living: dict[_Code, FunctionType] = {function.__code__: function for function in all_functions()}
    counts, lines = sampler.by_code(), sampler.lines_of()
    named = {(one.file, one.line, one.qualname): one for one in found}
    hinted: dict[_Code, dict[str, Any]]
    hinted = {one["object"].__code__: one for one in _backend.records() if type(one["object"]) is FunctionType}
    rest = [code for code in living if code not in counts and (code in hinted or _key(code) in named)]
    for place, code in enumerate([*(code for code, _ in counts.most_common()), *rest]):
        function = living.get(code)
        sampled = [Line(line, *pair) for line, pair in sorted(lines.get(code, {}).items())]
        samples, inside = counts[code], sum(one.compiled for one in sampled)
        of_it = named.get(_key(code)) if function is not None else None
        regions = of_it.regions if of_it is not None else ()
        yield Function(
            **_hint(hinted.get(code)),
            module=(function.__module__ or "") if function is not None else "",
            qualname=getattr(code, "co_qualname", code.co_name),
            file=code.co_filename,
            line=code.co_firstlineno,
            samples=samples,
            share=samples / total if total else 0.0,
            in_jit=inside / samples if samples and sampler.sees_compiled else None,
            state=_state(function, regions),
            regions=len(regions),
            machine_code_bytes=sum(region.machine_code_bytes or 0 for region in regions),
            exits=sum(region.exits or 0 for region in regions),
            first_compiled=sampler.first.get(code),
            reasons=tuple(_reasons(function)),
            lines=tuple(sampled),
            source=_source(code, function) if place < SOURCES and samples else (),
        )


def _key(code: _Code) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, getattr(code, "co_qualname", code.co_name)


def _hint(raw: dict[str, Any] | None) -> dict[str, str]:
    if raw is None:
        return dict.fromkeys(("hint", "status", "verdict", "message", "advice"), "")
    verdict = Verdict.read(raw["verdict"])
    told = {"status": verdict.status, "verdict": verdict.code, "message": verdict.message, "advice": verdict.advice}
    return {"hint": raw["hint"], **told}


def _state(function: FunctionType | None, regions: tuple[Region, ...]) -> str:
    if function is None:
        return "gone"
    if regions:
        return Tier(None, None, None, None, None, regions).words()
    return str(Tier.read(_backend.observe(function)))


def _reasons(function: FunctionType | None) -> Iterator[Reason]:
    if function is not None:
        yield from (Reason.of(one) for one in _backend.unfriendly(function))


def _source(code: CodeType | Gone, function: FunctionType | None) -> tuple[str, ...]:
    """Return the lines of a function, from its first one on; of a module, all."""
    space = function.__globals__ if function is not None else None
    lines = linecache.getlines(code.co_filename, space)[max(code.co_firstlineno - 1, 0) :]
    if code.co_name != "<module>":
        try:
            lines = inspect.getblock(lines)
        except (SyntaxError, IndentationError, ValueError):  # lines that are not what was compiled
            lines = []
    return tuple(line.rstrip("\n") for line in lines[:LONGEST])
