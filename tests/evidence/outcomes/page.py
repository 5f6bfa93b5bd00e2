"""Rows of results, and the page that shows them. What a row is about is called a unit: a test module or a package."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

from compare import PROCESS
from judge import Judged, Setting

#: the start of a path, which belongs to one machine and to no stored result; linear in what is searched
_PLACE = re.compile(r"(?<![\w.+/-])[\w.+/-]*/(?=lib/python\d|tests/|site-packages/|python\d[\w.]*\b|libc\.so)")
#: how many differences of one process are shown while it runs
SHOWN = 8


def version(path: str) -> str:
    """Return an interpreter's version line."""
    code = "import sys; print(sys.version.split(' (')[0] + (' debug' if hasattr(sys, 'gettotalrefcount') else ''))"
    return subprocess.run([path, "-I", "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def row(revision: str, setting: Setting, name: str, mode: str, judged: Judged) -> dict[str, Any]:
    """Return what is kept of one module or package in one mode."""
    counts: dict[str, int] = {}
    for test, outcome in judged.hinted.outcomes.items():
        if test != PROCESS:
            counts[outcome] = counts.get(outcome, 0) + 1
    end = judged.hinted.end
    return {
        "revision": revision,
        "interpreter": setting.interpreter,
        "jit": setting.jit,
        "mode": mode,
        "unit": name,
        "outcomes": counts,
        "seconds": [judged.plain.seconds, judged.hinted.seconds],
        "ended": [judged.plain.outcomes[PROCESS], judged.hinted.outcomes[PROCESS]],
        "hinted": end.get("hinted", 0),
        "errors": end.get("errors", []),
        "backend": end.get("backend"),
        "verdicts": end.get("verdicts", {}),
        "compiled": end.get("compiled", {}),
        "reruns": judged.reruns,
        "unstable": judged.unstable,
        "differences": [
            {
                "test": one.test,
                "plain": one.plain,
                "hinted": one.hinted,
                "reason": reason,
                "detail": _PLACE.sub("", judged.details.get(one.test, "")),
            }
            for one, reason in judged.found
        ],
    }


def merged(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the new rows and those of the old that they do not replace."""
    rows = {(where(one), one["unit"]): one for one in (*old, *new)}
    return [rows[key] for key in sorted(rows)]


def where(one: dict[str, Any]) -> str:
    """Name the run of a row."""
    return f"{one['interpreter']} {one['jit']} {one['mode']}"


def line(one: dict[str, Any]) -> str:
    """Say in one line how a module did."""
    tests = sum(one["outcomes"].values())
    found = [f"{d['test']}: {_counts(d)}" + (" (explained)" if d["reason"] else "") for d in one["differences"]]
    found[SHOWN:] = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    plain, hinted = one["seconds"]
    text = f"{where(one)} {one['unit']}: {tests} tests, {one['hinted']} hints, {plain} s, {hinted} s"
    return "\n  ".join([text, *found, *one["errors"][:3]])


def faults(results: dict[str, Any], fewest: int) -> list[str]:
    """Return what makes the run a failure, a line each; fewer hints than `fewest` mean that the hook did not work."""
    bad = []
    for one in results["rows"]:
        name = f"{where(one)} {one['unit']}"
        bad += [f"{name}: {d['test']}: {_counts(d)}, unexplained" for d in one["differences"] if d["reason"] is None]
        bad += [f"{name}: hint not applied: {error}" for error in one["errors"]]
        if one["ended"][0] != "ok":
            bad.append(f"{name}: {one['ended'][0]} without hints; expected a process that ends well")
        crashed = any(d["test"] == PROCESS for d in one["differences"])
        if not crashed and one["hinted"] < fewest:
            bad.append(f"{name}: {one['hinted']} hints; expected {fewest} at least")
        if not crashed and not any(one["outcomes"].values()):
            bad.append(f"{name}: no test ran")
    bad += [f"explained.json: no run needed the entry {test} ({place})" for test, place in results["unused"]]
    return bad


def _counts(difference: dict[str, Any]) -> str:
    plain, hinted = (
        ", ".join(f"{outcome} x{times}" for outcome, times in sorted(difference[key].items()))
        for key in ("plain", "hinted")
    )
    return f"{plain} without hints, {hinted} with"


def total(results: dict[str, Any]) -> str:
    """Sum the run up in one line."""
    rows = results["rows"]
    tests = sum(sum(one["outcomes"].values()) for one in rows)
    found = [d for one in rows for d in one["differences"]]
    known = sum(d["reason"] is not None for d in found)
    units = len({one["unit"] for one in rows})
    return (
        f"{units} {results['units']}, {tests} outcomes compared, {len(found) - known} unexplained differences, "
        f"{known} explained, {round(sum(sum(one['seconds']) for one in rows) / 60)} minutes of test processes"
    )


def page(head: str, results: dict[str, Any]) -> str:
    """Return the page."""
    rows = results["rows"]
    versions = ", ".join(results["interpreters"].values())
    lines = [head, f"CPython {versions}. {total(results)}.", ""]
    lines += [
        f"| interpreter | JIT | hints | {results['units']} | tests | hinted functions | own compiled code at the end"
        " | differences | explained | unexplained | revision |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for key in dict.fromkeys((one["interpreter"], one["jit"], one["mode"]) for one in rows):
        these = [one for one in rows if (one["interpreter"], one["jit"], one["mode"]) == key]
        found = [d for one in these for d in one["differences"]]
        known = sum(d["reason"] is not None for d in found)
        tests = sum(sum(one["outcomes"].values()) for one in these)
        hinted = sum(one["hinted"] for one in these)
        compiled = sum(sum(one["compiled"].values()) for one in these)
        cells = [*key, len(these), tests, hinted, compiled, len(found), known, len(found) - known]
        cells.append(", ".join(sorted({one["revision"] for one in these})))
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += trained([one for one in rows if one.get("backend") == "warmup"])
    lines += ["", "## Differences", ""]
    reasons: dict[str, dict[str, list[str]]] = {}
    for one in rows:
        for d in one["differences"]:
            text = f"`{d['test']}`: {'/'.join(sorted(set(d['hinted']) - set(d['plain'])))}"
            reasons.setdefault(d["reason"] or "**unexplained**", {}).setdefault(text, []).append(where(one))
    listed = []
    for reason, tests in sorted(reasons.items()):
        listed.append(f"- {reason}:")
        listed += [f"  - {text} ({', '.join(places)})" for text, places in sorted(tests.items())]
    lines += listed or ["None."]
    unstable = sorted({test for one in rows for test in one["unstable"]})
    lines += ["", "## Unstable without any hint", ""]
    lines += [f"- `{test}`" for test in unstable] or ["None seen (a module is run again only where something differs)."]
    return "\n".join(lines) + "\n"


def trained(rows: list[dict[str, Any]]) -> list[str]:
    """Say what became of the hints of warm-up: what was trained, and why the rest was not."""
    if not rows:
        return []
    lines = ["", "## What became of the hints of warm-up", ""]
    lines.append(
        "Not called: the tests did not call it, so nothing was judged. "
        "Already warm: nothing in it was left to specialise."
    )
    lines += ["", "| interpreter | unit | trained | already warm | raised | may have effects | no arguments | others |"]
    lines[-1] += " not called |"
    lines.append("| --- | --- |" + " ---: |" * 7)
    kinds = ("trained", "already-warm", "sample-raised", "has-effects", "no-samples", "others", "first-call")
    for one in rows:
        counts = dict.fromkeys(kinds, 0)
        for verdict, count in one["verdicts"].items():
            _, status, code = verdict.split()
            kind = "trained" if status in ("applied", "partial") and code not in kinds else code
            counts[kind if kind in counts else "others"] += count
        cells = [one["interpreter"], one["unit"], *counts.values()]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def dumped(results: dict[str, Any]) -> str:
    """Return JSON with a row per line, so that two results can be compared."""
    head = {key: value for key, value in results.items() if key != "rows"}
    text = json.dumps(head, indent=1)[:-2]
    body = ",\n".join("  " + json.dumps(one, sort_keys=True) for one in results["rows"])
    return f'{text},\n "rows": [\n{body}\n ]\n}}\n'
