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
        if "pyperformance" in one:
            parts.append(pyperformance(one["pyperformance"]))
    return "\n".join(parts)


def pyperformance(found: dict) -> str:
    """Return the table of benchmarks/cinderx/pyperformance.py."""
    parts = [
        f"### pyperformance, cinderx {found['cinderx']}, {found['processes']} processes per mode\n",
        "Written by `python benchmarks/cinderx/pyperformance.py`: every function that ran hinted (*focus*), no hints,",
        "CPython's JIT off in both. The best loop of each process, medians over processes; *least* and *most* are of",
        "single pairs of processes. The machine was busy with other work: only the ratios say something. Why a few",
        "hints stayed `pending` was not looked into.\n",
        "| | no hints, ms | focus, ms | focus, times as fast | least | most | verdicts |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in found["rows"].items():
        verdicts = ", ".join(f"{count} {status}" for status, count in row["verdicts"].items())
        figures = " | ".join(f"{row[key]:.2f}" for key in ("none_ms", "focus_ms", "focus", "least", "most"))
        parts.append(f"| {name} | {figures} | {verdicts} |")
    parts.append(f"| **geomean** | | | **{found['geomean']:.2f}** | | | |\n")
    return "\n".join(parts)
