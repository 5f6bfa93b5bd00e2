"""The plot: every program and kernel on the newest interpreter, speed against the plain interpreter, on a log scale.

Plain SVG, the same bytes for the same results. It has no background, and its colours follow the reader's light or
dark theme.
"""

import math
from xml.etree import ElementTree as Xml

from harness.report import figures
from harness.report.figures import PYPY
from harness.report.markdown import geomean, title
from harness.store import Results

WIDTH, LEFT, RIGHT, ROW, TOP = 860, 200, 20, 17, 74
#: series -> how it is drawn
SERIES = {"`PYTHON_JIT=1` alone": "natural", "hinted, JIT off": "hinted", "CinderX": "cinderx", PYPY: "pypy"}
KINDS = {"program ": "Programs of pyperformance", "kernel ": "Kernels"}
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 }
.quiet { fill: #59636e }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.one { stroke: #59636e; stroke-width: 1.5 }
.hinted { fill: #0969da; stroke: #0969da }
.natural { fill: none; stroke: #bc4c00; stroke-width: 2 }
.cinderx { fill: #1a7f37; stroke: #1a7f37 }
.pypy { fill: none; stroke: #8250df; stroke-width: 1.8 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  .quiet { fill: #9198a1 }
  .grid { stroke: #3d444d }
  .one { stroke: #9198a1 }
  .hinted { fill: #4493f8; stroke: #4493f8 }
  .natural { stroke: #f0883e }
  .cinderx { fill: #3fb950; stroke: #3fb950 }
  .pypy { stroke: #ab7df8 }
}
"""
Rows = list[tuple[str, dict[str, float | None]]]


def svg(results: Results) -> str:
    """Return the plot as text."""
    interpreter = next(iter(figures.carriers(results)), "")
    panels = [(what, rows) for kind, what in KINDS.items() if (rows := _rows(results, interpreter, kind))]
    values = [value for _, rows in panels for _, one in rows for value in one.values() if value]
    low = 2.0 ** math.floor(math.log2(min([0.8, *values])))
    high = 2.0 ** math.ceil(math.log2(max([2.0, *values])))
    height = TOP + sum(ROW * (len(rows) + 2) for _, rows in panels) + 10
    root = Xml.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}", width=str(WIDTH), height=str(height)
    )
    root.set("role", "img")
    heading = f"Speed against CPython {title(interpreter)}'s interpreter; to the right is faster"
    Xml.SubElement(root, "title").text = heading
    Xml.SubElement(root, "style").text = STYLE

    def across(value: float) -> float:
        share = (math.log2(value) - math.log2(low)) / (math.log2(high) - math.log2(low))
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    _text(root, 10, 20, heading, "head")
    _legend(root, [name for name in SERIES if any(one[name] for _, rows in panels for _, one in rows)])
    y = TOP
    for what, rows in panels:
        _grid(root, low, high, across, y - 4, y + ROW * (len(rows) + 1))
        _text(root, 10, y + 8, what, "head")
        for name, one in rows:
            y += ROW
            mean = name == "geomean"
            _text(root, LEFT - 12, y + 8, name, "head" if mean else "", "end")
            for series, style in SERIES.items():
                value = one[series]
                if value:
                    _mark(root, style, across(value), y + 4, f"{name}, {series.replace('`', '')}: {value:.2f}")
        y += 2 * ROW
    Xml.indent(root, " ")
    return Xml.tostring(root, encoding="unicode") + "\n"


def _rows(results: Results, interpreter: str, kind: str) -> Rows:
    """Return the fastest with hints first, and the means at the end."""
    columns = {series: figures.speeds(results, interpreter, kind, series) for series in SERIES}
    names = figures.measured(results, interpreter, kind) if interpreter else []
    names.sort(key=lambda name: -(columns["hinted, JIT off"][name] or 0))
    rows: Rows = [(name, {series: one[name] for series, one in columns.items()}) for name in names]
    if rows:
        rows.append(("geomean", {series: geomean(one.values()) for series, one in columns.items()}))
    return rows


def _grid(root: Xml.Element, low: float, high: float, across: "object", top: float, bottom: float) -> None:
    value = low
    while value <= high:
        x = f"{across(value):.1f}"  # type: ignore[operator]
        Xml.SubElement(root, "line", x1=x, x2=x, y1=f"{top}", y2=f"{bottom}").set(
            "class", "one" if value == 1 else "grid"
        )
        _text(root, float(x), top - 3, f"{value:g}x", "quiet", "middle")
        value *= 2


def _legend(root: Xml.Element, names: list[str]) -> None:
    x = 16.0
    for name in names:
        shown = {PYPY: "PyPy, no hints", "CinderX": "CinderX through jitctl"}.get(name, name.replace("`", ""))
        _mark(root, SERIES[name], x, 38, shown)
        _text(root, x + 10, 42, shown, "")
        x += 40 + 6.6 * len(shown)


def _mark(root: Xml.Element, style: str, x: float, y: float, told: str) -> None:
    """Draw a mark; shapes differ too, not only colours."""
    if style == "cinderx":
        shape = Xml.SubElement(root, "path", d=f"M{x:.1f} {y - 4.5} l4.5 4.5 l-4.5 4.5 l-4.5 -4.5 z")
    elif style == "pypy":
        shape = Xml.SubElement(root, "path", d=f"M{x - 4:.1f} {y - 4} l8 8 m0 -8 l-8 8")
    else:
        shape = Xml.SubElement(root, "circle", cx=f"{x:.1f}", cy=f"{y}", r="4" if style == "hinted" else "5")
    shape.set("class", style)
    Xml.SubElement(shape, "title").text = told


def _text(root: Xml.Element, x: float, y: float, text: str, style: str, anchor: str = "start") -> None:
    one = Xml.SubElement(root, "text", x=f"{x:g}", y=f"{y:g}")
    if style:
        one.set("class", style)
    if anchor != "start":
        one.set("text-anchor", anchor)
    one.text = text
