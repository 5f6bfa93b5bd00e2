"""The result of `jitctl tune` for people: one line for each function, and a sentence."""

from __future__ import annotations

from .._text import wrapped
from .console import Console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COLORS = {"keep": "green", "remove": "red", "slower": "red", "mixed": "yellow"}
_INDENT = 11
_TOGETHER = "Functions without a ratio were judged together, by the whole program: calls of them cannot be repeated."


def shown(result: Any, out: Console) -> list[str]:
    """Write a `Result` for a terminal, 80 columns wide or less."""
    lines = [*wrapped(f"{result.interpreter}, backend {result.backend}, {result.seconds:.0f} s", out.width), ""]
    for one in result.functions:
        word = f"{one.decision:<{_INDENT - 2}}"
        color = _COLORS.get(one.decision)
        lines.append(f"{out.paint(word, color) if color else word}  {one.name}")
        detail = _detail(one)
        if detail:
            lines += [" " * _INDENT + line for line in wrapped(detail, max(out.width - _INDENT, 20))]
    if any(one.judged_by != "function" for one in result.functions):
        lines += ["", *wrapped(_TOGETHER, out.width)]
    lines += ["", *wrapped(result.sentence, out.width)]
    if result.ratio is not None:
        number = f"{result.ratio:.3f} times as fast, {result.low:.3f} to {result.high:.3f}"
        lines += wrapped(f"the program: {number} (95 %), {result.pairs} pairs of runs", out.width)
    if result.rules_file:
        lines += wrapped(f"written to {result.rules_file}; next: jitctl try --hints {result.rules_file} ...", out.width)
    return lines


def _detail(one: Any) -> str:
    parts = [f"{100 * one.share:.1f} % of the time"] if one.share else []
    if one.hint:
        parts.append(one.hint + (f", threshold {one.threshold}" if one.threshold else ""))
    if one.judged_by == "function":
        number = "process" if one.processes == 1 else "processes"
        parts.append(f"{one.ratio:.3f} ({one.low:.3f} to {one.high:.3f}), {one.processes} {number}")
    if one.break_even_calls is not None:
        parts.append(f"pays after {one.break_even_calls:,} calls, {one.break_even_seconds:.2g} s")
    if one.decision == "cannot" and one.why:
        parts.append(one.why)
    return "; ".join(parts)
