"""The results as a table for people."""

from __future__ import annotations

HEAD = """# CinderX through jitctl, against no hints

Written by `python benchmarks/cinderx`. Ratios of medians of processor time, processes interleaved: above 1 is faster
than the same code without hints.

* *focus*: every function hinted, compiled when CPython has specialised it (the default);
* *cold*: every function compiled when it is decorated, as CinderX's `force_compile` in a decorator would;
* *beside*: nothing of this hinted, another function of the process compiled: what CinderX costs the rest;
* *evaluator*: the same with CinderX's own evaluator left in place, as CinderX leaves it.
"""
MODES = ("focus", "cold", "beside", "evaluator")


def text(results: dict) -> str:
    parts = [HEAD]
    for version, one in sorted(results.items()):
        parts.append(f"## CPython {version}, cinderx {one['cinderx']}, {one['rounds']} processes per mode\n")
        parts.append("| | no hints, ms | " + " | ".join(MODES) + " |")
        parts.append("| --- " * (len(MODES) + 2) + "|")
        for name, row in one["rows"].items():
            cells = " | ".join(f"{row[mode]:.2f}" for mode in MODES)
            parts.append(f"| {name} | {row['none_ms']:.2f} | {cells} |")
        for title, means in one["geomean"].items():
            cells = " | ".join(f"**{means[mode]:.2f}**" for mode in MODES)
            parts.append(f"| **geomean of {title}** | | {cells} |")
        verdicts = ", ".join(f"{count} {status}" for status, count in sorted(one["verdicts"].items()))
        parts.append(f"\nVerdicts under focus: {verdicts}.\n")
        parts.append("| discovery | ms |\n| --- | --- |")
        parts += [f"| {case} | {value:.2f} |" for case, value in one["discovery_ms"].items()]
        parts.append("")
    return "\n".join(parts)
