"""Writes the page of results, native.md, from the native-*.json beside it."""

import json
from pathlib import Path

HEAD = """# What the native backend does, measured

Written by `python benchmarks/native`; do not edit. Numbers are medians over fresh processes, all modes in turn,
on a busy machine of two cores: only ratios within one table mean anything. Speeds are against the plain
interpreter (`PYTHON_JIT=0`) of the same version: 2.00 is twice as fast. *Hinted* is a process with the JIT off,
where jitctl compiles hinted functions only.
"""


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def kernels(found):
    modes = list(next(iter(found["kernels"].values())))
    heads = ["kernel", "ns per iteration, interpreter", *modes[1:]]
    rows = [
        [name, number(times[modes[0]], 1), *(number(times[modes[0]] / times[mode]) for mode in modes[1:])]
        for name, times in found["kernels"].items()
    ]
    rows.append(["**geomean**", "", *(f"**{found['geomeans'][mode]:.2f}**" for mode in modes[1:])])
    return "\n\n".join(
        [
            table(heads, rows),
            f"Hinted with the JIT off is {100 * found['hinted to PYTHON_JIT=1']:.1f} % of the speed of `PYTHON_JIT=1` "
            f"(wanted: 95 %). With the JIT on, hinted is {100 * found['focus to natural, JIT on']:.1f} % of the speed "
            f"of natural compilation (wanted: within 3 %). {found['rounds']} processes per cell.",
        ]
    )


def first(found):
    shapes = list(next(iter(found.values())))
    rows = [
        [shape, *(f"{number(found[way][shape]['count'])} / {number(found[way][shape]['ms'], 3)}" for way in found)]
        for shape in shapes
    ]
    return table(["iterations or calls / milliseconds until machine code exists", *found], rows)


def cost(found):
    rows = [[what, *(number(found[way][what], 2) for way in found)] for what in next(iter(found.values()))]
    return table(["cost", *found], rows)


def programs(found):
    heads = ["program", "ms per loop, interpreter", "PYTHON_JIT=1", "hinted", "hinted to the better", "rule", "hints"]
    rows = []
    for name, one in found["programs"].items():
        base = one["seconds"]["interpreter"]
        rows.append(
            [
                name,
                number(base * 1e3, 1),
                number(base / one["seconds"]["PYTHON_JIT=1"]),
                number(base / one["seconds"]["hinted"]),
                number(one["to best"], 3),
                one["choice"]["rule"],
                str(len(one["choice"]["functions"])),
            ]
        )
    best = found["geomeans"]
    rows.append(["**geomean**", "", f"**{best['PYTHON_JIT=1']:.2f}**", f"**{best['hinted']:.2f}**", "", "", ""])
    slower = found["slower than the better by more than 2 %"]
    left = [f"{name}: {', '.join(one['choice']['left out'])}" for name, one in found["programs"].items()]
    left = [line for line in left if not line.endswith(": ")]
    lines = [
        table(heads, rows),
        "pyperformance's benchmarks. The functions were chosen by `choose.py`, which profiles the program, tries whole "
        "sets of functions and leaves out what makes it slower; none of the runs it measured is reported here. "
        "*hinted to the better*: 1.000 is as fast as the better of interpreter and `PYTHON_JIT=1` (wanted: 0.98). "
        "Where the rule is *nothing*, hinted and interpreter run the same way: their difference is noise. "
        "Three processes or more per cell.",
        f"Slower than the better of the two by more than 2 %: {', '.join(slower) or 'none'}.",
    ]
    if left:
        lines.append("Left out, since the program was faster without a hint there: " + "; ".join(left) + ".")
    return "\n\n".join(lines)


SECTIONS = {
    "kernels": ("Kernels", kernels),
    "programs": ("Programs", programs),
    "first": ("How soon", first),
    "cost": ("What hints cost", cost),
}


def page(folder):
    """Return the page as text, newest version first."""
    text = [HEAD.strip()]
    files = sorted(Path(folder).glob("native-*.json"), reverse=True)
    for path in files:
        found = json.loads(path.read_text("utf-8"))
        build = "debug build" if found.get("debug") else "release build"
        text.append(f"## CPython {found['version']}, {build}, {found['platform']}")
        for part, (title, written) in SECTIONS.items():
            if part in found:
                text += [f"### {title}", written(found[part])]
    return "\n\n".join(text) + "\n"
