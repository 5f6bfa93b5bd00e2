"""Hints for packages that know nothing of jitctl: their hot functions get them from outside, without an edit.

Renders this project's own Markdown documents with markdown-it-py and parses JSON with a lark grammar, each in
processes of its own: without hints, with hints, and (for comparison) with CPython's JIT on for everything. The hot
functions are found by profiling first. Prints what became of every hint and the times.

    python examples/real_package.py [--rounds N] [--functions N] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: seconds of warming, and of measuring, in one process
WARMING, MEASURING = 1.5, 1.5


def markdown() -> Callable[[], object]:
    """Render all Markdown documents of this project."""
    from markdown_it import MarkdownIt

    documents = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("*.md"))]
    renderer = MarkdownIt("commonmark").enable("table")
    return lambda: [renderer.render(document) for document in documents]


GRAMMAR = r"""
?value: object | array | string | SIGNED_NUMBER -> number | "true" -> true | "false" -> false | "null" -> null
array: "[" [value ("," value)*] "]"
object: "{" [pair ("," pair)*] "}"
pair: string ":" value
string: ESCAPED_STRING
%import common.ESCAPED_STRING
%import common.SIGNED_NUMBER
%import common.WS
%ignore WS
"""


def grammar() -> Callable[[], object]:
    """Parse a JSON document with a grammar."""
    from lark import Lark

    rows = [{"id": n, "tags": ["a", "b", n], "more": {"on": True, "off": None}} for n in range(60)]
    parser, document = Lark(GRAMMAR, parser="lalr", start="value"), json.dumps(rows)
    return lambda: parser.parse(document)


WORKLOADS: dict[str, tuple[str, Callable[[], Callable[[], object]]]] = {
    "markdown": ("markdown_it", markdown),
    "grammar": ("lark", grammar),
}


def hot_functions(run: Callable[[], object], package: str, count: int) -> list[list[Any]]:
    """Find the `count` functions of the package in which the time goes: file, line and name of each."""
    import cProfile
    import pstats

    profile = cProfile.Profile()
    run()
    profile.runcall(run)
    rows = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    inside = [(row[2], place) for place, row in rows if f"{os.sep}{package}{os.sep}" in place[0]]
    return [list(place) for _, place in sorted(inside, reverse=True)[:count]]


def find(places: list[list[Any]]) -> list[Any]:
    """Find the function objects that were defined at these places."""
    import gc
    import types

    wanted = {(file, line, name) for file, line, name in places}
    found = {}
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType):
            code = thing.__code__
            if (code.co_filename, code.co_firstlineno, code.co_name) in wanted:
                found[code] = thing
    return list(found.values())


def child(name: str, mode: str, places: list[list[Any]], count: int) -> dict[str, Any]:
    """Do one process's part: profile, or run the workload with or without hints."""
    package, prepare = WORKLOADS[name]
    run = prepare()
    if mode == "profile":
        return {"places": hot_functions(run, package, count)}
    records = []
    hinted = find(places) if mode == "hints" else []
    if hinted:
        import jitctl

        for function in hinted:
            jitctl.jit_focus(function)
    end = time.perf_counter() + WARMING
    while time.perf_counter() < end:
        run()
    times: list[float] = []
    end = time.perf_counter() + MEASURING
    while time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    if hinted:
        records = [jitctl.stats(function).to_dict() for function in hinted]
    return {"ms": statistics.median(times) * 1e3, "records": records}


def spawn(name: str, mode: str, places: list[list[Any]], count: int) -> dict[str, Any]:
    """Run one child process, with CPython's JIT on only in the mode `all`."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHON_JIT"}
    if mode == "all":
        environment["PYTHON_JIT"] = "1"
    order = json.dumps({"name": name, "mode": mode, "places": places, "count": count})
    done = subprocess.run(
        [sys.executable, __file__, "--child"],
        input=order,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def compare(name: str, rounds: int, count: int) -> dict[str, Any]:
    """Measure one workload in interleaved processes."""
    places = spawn(name, "profile", [], count)["places"]
    modes = ["none", "hints", "all"] if getattr(sys, "_jit", None) and sys._jit.is_available() else ["none", "hints"]
    times: dict[str, list[float]] = {mode: [] for mode in modes}
    records: list[dict[str, Any]] = []
    for _ in range(rounds):
        for mode in modes:
            answer = spawn(name, mode, places, count)
            times[mode].append(answer["ms"])
            records = answer["records"] or records
    return {"workload": name, "ms": {mode: statistics.median(all_) for mode, all_ in times.items()}, "records": records}


def show(result: dict[str, Any]) -> None:
    """Print one workload's table."""
    titles = {
        "none": "no hints",
        "hints": f"{len(result['records'])} functions hinted",
        "all": "PYTHON_JIT=1 for everything",
    }
    print(f"\n{result['workload']}: {WORKLOADS[result['workload']][0]}")
    print(f"  {'function':40} {'verdict':24} {'specialised':>12} {'regions':>8} {'micro-ops':>10}")
    for record in result["records"]:
        tier, verdict = record["tier"], record["verdict"]
        share = f"{tier['specialised']}/{tier['specialisable']}"
        operations = sum(region["micro_ops"] for region in tier["regions"])
        status = f"{verdict['status']} ({verdict['code']})"
        print(f"  {record['qualname'][:40]:40} {status[:24]:24} {share:>12} {len(tier['regions']):>8} {operations:>10}")
    base = result["ms"]["none"]
    for mode, value in result["ms"].items():
        print(f"  {titles[mode]:32} {value:8.2f} ms   {base / value:5.2f}x")


def main() -> None:
    """Compare both workloads and print the tables."""
    parser = argparse.ArgumentParser(description="Hints for real packages, from outside")
    parser.add_argument("--rounds", type=int, default=3, help="processes per mode, interleaved (default 3)")
    parser.add_argument("--functions", type=int, default=12, help="hot functions that get a hint (default 12)")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(**json.load(sys.stdin))))
        return
    results = []
    if not options.json:
        subprocess.run([sys.executable, "-m", "jitctl", "doctor", "--verbose"], check=True)
    for name in WORKLOADS:
        results.append(compare(name, options.rounds, options.functions))
        if not options.json:
            show(results[-1])
    if options.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
