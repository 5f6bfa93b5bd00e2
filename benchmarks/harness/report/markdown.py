"""Tables and numbers as Markdown."""

import statistics
from collections.abc import Iterable, Sequence

NONE = "-"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, its first column to the left, the others to the right."""
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with so many decimals; a dash for none."""
    return NONE if value is None else f"{value:.{digits}f}"


def scaled(value: float | None, factor: float, digits: int) -> str:
    """Return a number in another unit."""
    return number(None if value is None else value * factor, digits)


def time(seconds: float | None) -> str:
    """Return a time with three figures, in the unit that suits it."""
    if seconds is None:
        return NONE
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def geomean(values: Iterable[float | None]) -> float | None:
    """Return the geometric mean; None if a value is missing, or all are."""
    known: list[float] = []
    for value in values:
        if value is None:
            return None
        known.append(value)
    return statistics.geometric_mean(known) if known else None


def title(interpreter: str) -> str:
    """Return an interpreter's name for people: "cpython3.15.2" is "3.15.2", "pypy8.0.1" is "PyPy 8.0.1"."""
    return interpreter.replace("cpython", "").replace("pypy", "PyPy ")


def listed(items: Sequence[str]) -> str:
    """Return items with commas; "none" for none."""
    return ", ".join(items) or "none"
