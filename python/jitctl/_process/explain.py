"""`jitctl.explain(x)`: everything that is known of one function, hinted or not."""

from __future__ import annotations

import linecache
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from .. import _rules, _targets
from .._router import backend as _backend
from .._rules.functions import name_of
from .._stats.plain import Count, Plain
from .._stats.records import Exit, Other, Reason, Region, Tier, Verdict
from .._stats.system import read_system
from .._text import one_line, wrapped
from . import executors

_LABEL = 12


@dataclass(frozen=True, slots=True)
class Line(Plain):
    """A source line of which something is known.

    * ``compiled``: it is part of a region that is in force.
    * ``guards``: guesses that compiled code tests there; ``exits``: places where it may be left. Both are of
      CPython's JIT; what its side exits lead to is not counted.
    * ``left``: how often compiled code was left there, and ``reasons``, why: of the compiler.
    * ``unfriendly``: codes of what CPython's JIT can do little with.
    """

    line: Count
    compiled: bool
    guards: Count
    exits: Count
    left: Count
    reasons: tuple[str, ...]
    unfriendly: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation(Plain):
    """What is known of a function.

    ``rule``: the place of the rule that decided, and ``hint`` what is in force, by the rule or by a decorator; None
    where nothing is. ``inlined``: guards in what it calls. ``advice``: what to try.
    """

    module: str
    qualname: str
    file: str
    line: int
    hint: str | None
    rule: str | None
    backend: str
    verdict: Verdict | None
    others: tuple[Other, ...]
    tier: Tier
    unfriendly: tuple[Reason, ...]
    lines: tuple[Line, ...]
    inlined: Count
    advice: tuple[str, ...]
    _code: CodeType

    def __str__(self) -> str:
        """Write it for a terminal of 80 columns."""
        return self.text(80)

    def text(self, width: int) -> str:
        """Write it on lines up to `width` columns."""
        lines = [f"{self.module}:{self.qualname}"]
        for name, text in self._pairs():
            for number, part in enumerate(wrapped(one_line(text), max(width - _LABEL, 20))):
                lines.append(f"  {'' if number else name:<{_LABEL - 2}}{part}")
        return "\n".join(lines)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield "defined", f"{self.file}:{self.line}"
        yield "hint", self._hint()
        if self.verdict is not None:
            yield "verdict", f"{self.verdict.status} ({self.verdict.code}): {self.verdict.message}"
        for other in self.others:
            yield other.backend, str(other)
        yield "state", str(self.tier)
        for region in self.tier.regions:
            yield "region", _region(region)
        for line in self.lines:
            if line.guards or line.exits or line.left:
                yield f"line {line.line}", "; ".join(_facts(line))
        if self.inlined:
            yield "calls", f"{self.inlined} guards are in what it calls"
        for reason in self.unfriendly:
            yield "unfriendly", f"{reason}: {reason.message}"
        for advice in self.advice:
            yield "try", advice

    def _hint(self) -> str:
        if self.hint is None:
            return f"none, by the rule at {self.rule}" if self.rule else "none"
        return f"{self.hint}, by the rule at {self.rule}" if self.rule else f"{self.hint}, by the program itself"

    def source(self) -> str:
        """Return the source with a column beside it: what is compiled, guards, exits, and how often it was left."""
        known = {one.line: one for one in self.lines}
        last = max([line for _, _, line in self._code.co_lines() if line is not None], default=self.line)
        last = max([last, *(_last_line(one) for one in _nested(self._code))])
        linecache.checkcache(self.file)
        rows = [f"{'line':>5}  {'jit':<3} {'guards':>6} {'exits':>6} {'left':>8}  source"]
        for number in range(self.line, last + 1):
            text = linecache.getline(self.file, number).rstrip()
            one = known.get(number)
            counts = (one.guards, one.exits, one.left) if one else (0, 0, 0)
            guards, exits, left = (str(count) if count else "" for count in counts)
            mark = "#" if one and one.compiled else "!" if one and one.unfriendly else ""
            rows.append(f"{number:>5}  {mark:<3} {guards:>6} {exits:>6} {left:>8}  {text}".rstrip())
            rows += [" " * 35 + f"^ {what}" for what in (*one.reasons, *one.unfriendly)] if one else []
        if len(rows) == 1 or not any(linecache.getline(self.file, number) for number in range(self.line, last + 1)):
            return f"the source of {self.file} cannot be read"
        return "\n".join([*rows, "", "#: compiled; !: CPython's JIT can do little with it"])


def explain(thing: Any) -> Explanation:
    """Tell everything that is known of a function, hinted or not. Changes nothing.

    thing: whatever the decorators take, if it stands for one function: a function, method, property or wrapper. Raises
    TypeError for anything else.
    """
    found, _ = _targets.resolve(thing, "explain")
    if len(found) != 1:
        raise TypeError(f"explain takes what stands for one function; {thing!r} stands for {len(found)}")
    return explain_function(found[0])


def explain_function(function: FunctionType) -> Explanation:
    """Tell what is known of a function."""
    raw = _backend.record(function)
    rule = _rules.active.rule_of(function) if _rules.active is not None else None
    tier = Tier.read(_backend.observe(function))
    unfriendly = tuple(Reason.of(one) for one in _backend.unfriendly(function))
    verdict = Verdict.read(raw["verdict"]) if raw else None
    code = function.__code__
    traces = _traces(code, tier)
    return Explanation(
        function.__module__ or "",
        name_of(code, function.__qualname__),
        code.co_filename,
        code.co_firstlineno,
        raw["hint"] if raw else None,
        rule.place if rule is not None else None,
        raw["backend"] if raw else _backend.chosen()["name"],
        verdict,
        tuple(Other.read(one) for one in raw["others"]) if raw else (),
        tier,
        unfriendly,
        tuple(_lines(code, tier, traces, unfriendly)),
        sum(one.inlined for one in traces),
        tuple(_advice(function, verdict, unfriendly, tier, rule)),
        code,
    )


def _traces(code: CodeType, tier: Tier) -> list[executors.Trace]:
    entered = [one.offset for one in tier.regions if one.valid and one.kind not in ("side-exit", "function")]
    found = [executors.read(code, offset) for offset in dict.fromkeys(entered)]
    return [one for one in found if one is not None]


def _lines(code: CodeType, tier: Tier, traces: list[executors.Trace], unfriendly: tuple[Reason, ...]) -> Iterator[Line]:
    guards: Counter[int] = sum((one.guards for one in traces), Counter())
    exits: Counter[int] = sum((one.exits for one in traces), Counter())
    own = {line for _, _, line in code.co_lines() if line is not None}
    compiled = set()
    for region in tier.regions:
        if region.valid and region.line is not None:
            compiled |= own.intersection(range(region.line, (region.last_line or region.line) + 1))
    reasons = {one.line for one in unfriendly if one.line is not None}
    for line in sorted({*guards, *exits, *compiled, *reasons, *(one.line for one in tier.exits)}):
        here = [one for one in tier.exits if one.line == line]
        yield Line(
            line,
            line in compiled,
            guards[line],
            exits[line],
            sum(one.count for one in here),
            tuple(_left(one) for one in here),
            tuple(one.code for one in unfriendly if one.line == line),
        )


def _left(one: Exit) -> str:
    return f"left {one.count:,} times ({one.code}): {one.message}"


def _facts(line: Line) -> Iterator[str]:
    if line.guards or line.exits:
        yield f"{_number(line.guards, 'guard')}, {_number(line.exits, 'exit')}"
    yield from line.reasons


def _number(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")


def _region(region: Region) -> str:
    place = f"line {region.line}" if region.line == region.last_line else f"lines {region.line} to {region.last_line}"
    known = [
        region.kind,
        place,
        *([f"{region.micro_ops} micro-operations"] if region.micro_ops else []),
        *([f"{region.machine_code_bytes:,} bytes"] if region.machine_code_bytes else []),
        *([_number(region.exits, "exit")] if region.exits is not None else []),
        *([] if region.valid else ["thrown away"]),
    ]
    return ", ".join(known)


def _advice(
    function: FunctionType, verdict: Verdict | None, unfriendly: tuple[Reason, ...], tier: Tier, rule: Any
) -> Iterator[str]:
    if rule is not None and rule.evidence.get("code"):
        from .._tune.rules_file import code_hash

        if code_hash(function.__code__) != rule.evidence["code"]:
            yield "the evidence of its rule is of other code; measure again with `jitctl tune`"
    if verdict is not None and verdict.advice:
        yield verdict.advice
    for reason in unfriendly:
        if reason.advice:
            yield f"{reason}: {reason.advice}"
    if verdict is None and not unfriendly:
        system = read_system()
        if system.backend.name == "noop":
            yield "hints do nothing here; `jitctl doctor` says what to change"
        else:
            name = f"{function.__module__}:{name_of(function.__code__, function.__qualname__)}"
            yield f"whether a hint pays: `jitctl tune --function {name} --sample MODULE:ARGUMENTS`"
    if verdict is not None and not tier.regions and not verdict.advice and verdict.status == "pending":
        yield "let the program run for longer: it was not called often enough to be compiled"


def _nested(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if type(one) is CodeType:
            yield one
            yield from _nested(one)


def _last_line(code: CodeType) -> int:
    return max([line for _, _, line in code.co_lines() if line is not None], default=0)
