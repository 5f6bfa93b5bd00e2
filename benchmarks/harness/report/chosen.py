"""pyperformance's programs with hints chosen under the compiling backend, with the cause for each that gains little."""

import json
from statistics import geometric_mean, median
from typing import Any

from harness import RESULTS
from harness.programs import UNDER, choices
from harness.report.markdown import NONE, listed, number, table, title
from harness.steady import kept
from harness.store import Results

#: below this a cause is asked for; below this much of the better of interpreter and PYTHON_JIT=1, a reason why
GAIN, ALLOWED = 1.5, 0.98
TITLES = {"compiler": "`compiler`", "chain": "`compiler,native`"}


def causes() -> dict[str, dict[str, str]]:
    """Return {environment: {program: why it gains little}}, which people write."""
    path = RESULTS / "causes.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def programs(_: Results) -> str:
    """Return a table for each environment; their results have a file of their own."""
    known = kept()
    return "\n\n".join(_one(known[under], under) for under in UNDER if under in known) or "Not measured."


def speed(sets: list[dict[str, list[float]]], way: str) -> float | None:
    """Return how many times as fast as plain a way is: the median of all turns, each against the one beside it."""
    pairs = [pair for one in sets if way in one for pair in zip(one["plain"], one[way], strict=True)]
    return median(plain / other for plain, other in pairs) if pairs else None


def _one(measured: dict[str, Any], under: str) -> str:
    chosen = choices(under)["programs"]
    why = causes().get(under, {})
    rows, behind, hinted, natural = [], [], [], []
    for name, one in measured["programs"].items():
        functions = chosen[name]["functions"]
        # Where nothing is hinted the process is the plain one.
        found = speed(one["sets"], under) if functions else 1.0
        jit = speed(one["sets"], "jit")
        hinted.append(found or 0.0)
        natural += [jit] if jit else []
        share = (found or 0.0) / max(1.0, jit or 1.0)
        if share < ALLOWED:
            behind.append(f"{name} ({share:.2f})")
        cause = why.get(name, "not looked into") if (found or 0.0) < GAIN else ""
        rows.append([name, number(found), number(jit), str(len(functions)), cause])
    means = [f"**{number(geometric_mean(one) if one else None)}**" for one in (hinted, natural)]
    rows.append(["**geomean**", *means, "", ""])
    label = title(measured["on"])
    heads = [f"program, {label}", f"hinted, {TITLES[under]}", "`PYTHON_JIT=1` alone", "hints", "cause where below 1.5"]
    if not natural:
        heads, rows = heads[:2] + heads[3:], [row[:2] + row[3:] for row in rows]
    dates = sorted({one["date"] for one in measured["programs"].values()})
    loads = sorted(one["load"] for one in measured["programs"].values() if one["load"] is not None)
    commits = sorted({one["commit"] for one in measured["programs"].values()})
    busy = f", load average {loads[0]:.0f} to {loads[-1]:.0f} on two processors" if loads else NONE
    better = "interpreter and `PYTHON_JIT=1`" if natural else "interpreter"
    return "\n\n".join(
        (
            table(heads, rows),
            f"More than 2 % behind the {'better of ' if natural else ''}{better}: {listed(behind)}. "
            f"{dates[0]} to {dates[-1][-5:]} UTC, commit {listed(commits)}{busy}.",
        )
    )
