"""Kernels and programs under CinderX through jitctl, against no hints: `python benchmarks/cinderx LIBRARY`.

Run it with an interpreter that can import jitctl and cinderx; LIBRARY is the backend's shared library. The modes run in
fresh processes that take turns, and each ratio is one of medians. Results of other interpreters that stand in
benchmarks/results/cinderx.json are kept.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import discovery
import report

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"
MODES = ("none", "focus", "cold", "beside", "evaluator")


def child(mode: str, environment: dict[str, str], library: str) -> dict:
    more = {"JITCTL_BACKEND": "noop"}
    if mode != "none":
        more = {"JITCTL_BACKEND": "cinderx", "JITCTL_BACKEND_PATH": library}
    command = [sys.executable, str(HERE / "child.py"), mode]
    done = subprocess.run(command, env={**environment, **more}, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"mode {mode} failed: {done.stderr}")
    return json.loads(done.stdout)


def measure(library: str, rounds: int) -> dict:
    """Return the medians, and their ratios to no hints (above 1: faster than that)."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JITCTL_") and k != "PYTHON_JIT"}
    seen: dict[str, list[dict]] = {mode: [] for mode in MODES}
    for number in range(rounds):
        for mode in MODES[number % len(MODES) :] + MODES[: number % len(MODES)]:
            seen[mode].append(child(mode, environment, library))
    rows = {}
    for name in seen["none"][0]["times"]:
        answers = {one["times"][name][1] for mode in MODES for one in seen[mode]}
        if len(answers) != 1:
            raise SystemExit(f"{name}: different answers: {answers}")
        medians = {mode: statistics.median(one["times"][name][0] for one in seen[mode]) for mode in MODES}
        row = {"none_ms": round(1e3 * medians["none"], 3)}
        rows[name] = row | {mode: round(medians["none"] / medians[mode], 3) for mode in MODES[1:]}
    from kernels import KERNELS

    means = {}
    for title, wanted in (("kernels", True), ("programs", False)):
        some = [row for name, row in rows.items() if (name in KERNELS) == wanted]
        means[title] = {mode: round(geomean([row[mode] for row in some]), 3) for mode in MODES[1:]}
    return {
        "rounds": rounds,
        "verdicts": seen["focus"][0]["verdicts"],
        "rows": rows,
        "geomean": means,
        "discovery_ms": discovery.measure(Path(library), environment, 3 * rounds),
    }


def geomean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", help="the backend's shared library")
    parser.add_argument("--rounds", type=int, default=5, help="processes per mode")
    chosen = parser.parse_args()
    import importlib.metadata

    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "cinderx.json"
    results = json.loads(file.read_text()) if file.exists() else {}
    version = ".".join(map(str, sys.version_info[:3]))
    found = measure(chosen.library, chosen.rounds)
    # What pyperformance.py has added stays.
    kept = {key: value for key, value in results.get(version, {}).items() if key == "pyperformance"}
    results[version] = {"cinderx": importlib.metadata.version("cinderx"), **found, **kept}
    file.write_text(json.dumps(dict(sorted(results.items())), indent=1) + "\n")
    (RESULTS / "cinderx.md").write_text(report.text(results))
    print((RESULTS / "cinderx.md").read_text())


main()
