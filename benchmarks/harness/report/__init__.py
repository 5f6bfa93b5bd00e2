"""Writes what was measured into the documents, between markers, and the plot.

A block stands between ``<!-- NAME: written by "python benchmarks report" -->`` and ``<!-- end of NAME -->``; what
is between is replaced, the rest of a document is left alone. A test checks that the documents equal what the stored
results give.
"""

import re
from collections.abc import Callable
from pathlib import Path

from harness import RESULTS, ROOT, TIMINGS
from harness.report import chosen, included, numbers, plot, tables
from harness.store import Results

DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "docs" / "numbers.md",
    ROOT / "docs" / "evidence.md",
    ROOT / "backends" / "cinderx" / "README.md",
)
PLOT = RESULTS / "speed.svg"
BLOCK = re.compile(
    r'(<!-- (?P<name>[\w.-]+): written by "python benchmarks report" -->\n)(.*?)(<!-- end of (?P=name) -->)', re.S
)

#: block -> what it says of the timings
BLOCKS: dict[str, Callable[[Results], str]] = {
    "numbers": numbers.readme,
    "speed": numbers.speed,
    "costs": numbers.costs,
    "machine": tables.machine,
    "programs": tables.programs,
    "chosen": chosen.programs,
    "kernels": tables.kernels,
    "compiler": tables.compiler,
    "cinderx": tables.cinderx,
    "calls": tables.calls,
    "imports": tables.imports,
    "hints": tables.hints,
    "compiled": tables.compiled,
    "first-calls": tables.first_calls,
    "profiler": tables.profiler,
    "rust": tables.rust,
}


def write(check: bool = False, timings: Path = TIMINGS) -> list[Path]:
    """Write the documents and the plot, or with `check` do not; return those that differ from what they were."""
    results = Results.load(timings)
    texts = {path: filled(path.read_text("utf-8"), results) for path in DOCUMENTS}
    texts[PLOT] = plot.svg(results)
    different = [path for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    if not check:
        for path in different:
            path.write_text(texts[path], "utf-8")
    return different


def filled(document: str, results: Results) -> str:
    """Return a document with its blocks written anew."""

    def block(found: "re.Match[str]") -> str:
        name = found["name"]
        if name in BLOCKS:
            text = BLOCKS[name](results)
        elif name.endswith(".md"):
            text = included.text(RESULTS / name)
        else:
            raise SystemExit(f"no block {name}; there are {', '.join(BLOCKS)} and the *.md of benchmarks/results")
        return f"{found[1]}\n{text.strip()}\n\n{found[4]}"

    return BLOCK.sub(block, document)
