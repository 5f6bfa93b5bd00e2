"""Leaks and load: what hints leave behind, and what very many of them cost.

    python tests/evidence/load                       a million rounds, 50,000 functions, on this interpreter
    python tests/evidence/load --short               the same, much smaller: for `make test`
    python tests/evidence/load --python PATH --store target/evidence/load.json

Every part runs in a process of its own, in each mode of the interpreter. Exit code 1: a figure is over its limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.append(str(HERE.parents[2] / "tools"))

import limits  # noqa: E402
import page  # noqa: E402
from clean_environment import clean_environment  # noqa: E402

FULL = {
    "rounds": 1_000_000,
    "replaced": 300_000,
    "compiled": 100_000,
    "dropped": 200_000,
    "threads": 200_000,
    "many": 50_000,
    "leaving": 50_000,
}
#: how much smaller a short run is
SHORT = 50
SHORT_MANY = 10
COUNTED_ONCE = ("many", "leaving")
#: how often a part is measured while it is over a limit: a leak is there every time, a busy machine or a process whose
#: memory happened to be at a peak is not
TRIES = 3


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a child: none of the caller's settings, and the jitctl that is importable here."""
    import jitctl

    return clean_environment(**{"PYTHONPATH": str(Path(jitctl.__file__).resolve().parents[1]), **more})


def modes(about: dict[str, Any]) -> dict[str, dict[str, str]]:
    """List the ways in which an interpreter is measured."""
    if not about["jit_built"]:
        return {"default": {}, "warmup": {"JITCTL_BACKEND": "warmup"}}
    return {"opt-in": {"JITCTL_OPT_IN": "1"}, "jit-on": {"PYTHON_JIT": "1"}}


def run(python: str, part: str, count: int, mode: dict[str, str]) -> dict[str, Any]:
    """Run one part; give its figures, and how long the process took to end."""
    arguments = [python, str(HERE / "child.py"), part, str(count)]
    process = subprocess.Popen(
        arguments, env=environment(**mode), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    out, err = process.communicate(timeout=3600)
    ended = time.monotonic()
    if process.returncode != 0:
        return {"problem": f"{part}: exit code {process.returncode}; expected 0: {err.strip()[-800:]}", "figures": {}}
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    told["leaving"] = ended - told["end"]
    return told


def measure(python: str, short: bool, only: list[str] | None, chosen: list[str] | None) -> list[dict[str, Any]]:
    """Run all parts on an interpreter in all its modes."""
    code = "import json, jitctl; print(json.dumps(jitctl._router.backend.describe()))"
    about = json.loads(subprocess.check_output([python, "-c", code], env=environment(), encoding="utf-8"))
    rows = []
    for mode, variables in modes(about).items():
        if chosen and mode not in chosen:
            continue
        for part, full in FULL.items():
            if only and part not in only:
                continue
            scale = 1 if not short else SHORT_MANY if part in COUNTED_ONCE else SHORT
            if part == "compiled" and not about["jit_built"]:
                continue
            tries, problems = 0, ["not measured"]
            while problems and tries < TRIES:
                tries += 1
                told, problems = measured(python, part, full // scale, variables)
                if problems:  # a process that failed counts the first time
                    break
                problems = limits.over(part, told["figures"], about["debug"], scale, timed=not short)
            version = about["version"] + (" debug" if about["debug"] else "")
            row = {"version": version, "mode": mode, "part": part, "backend": told.get("backend", "?"), "tries": tries}
            rows.append({**row, "figures": {k: round(v, 4) for k, v in told["figures"].items()}, "problems": problems})
            shown = ", ".join(f"{k} {v:.4g}" for k, v in told["figures"].items())
            print(f"{version} {mode} {part}: {shown}", flush=True)
            for problem in problems:
                print(f"    FAILED {problem}", flush=True)
    return rows


def measured(python: str, part: str, count: int, mode: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Measure one part, with what it is compared to; give what was told, and what went wrong."""
    told = run(python, part, count, mode)
    runs, figures = [told], told["figures"]
    if part == "compiled":
        runs.append(run(python, "compiled-plain", count, {"PYTHON_JIT": "1"}))
        figures |= limits.beside(figures, runs[1]["figures"])
    if part == "leaving":
        runs.append(run(python, "leaving-plain", count, mode))
        if all("leaving" in one for one in runs):
            seconds, plain = (one["leaving"] for one in runs)
            figures |= {"seconds": seconds, "seconds without hints": plain, "seconds over plain": seconds - plain}
    return told, [one["problem"] for one in runs if "problem" in one]


def main() -> int:
    """Measure, and say what is over its limit."""
    parser = argparse.ArgumentParser(
        prog="python tests/evidence/load", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", action="append", help="interpreter, may be repeated (default: this one)")
    parser.add_argument("--short", action="store_true", help="a run of seconds")
    parser.add_argument("--part", action="append", choices=list(FULL), help="only these parts")
    parser.add_argument("--mode", action="append", help="only these modes")
    parser.add_argument("--store", type=Path, help="put the results into this .json, and the page beside it")
    given = parser.parse_args()
    bad = 0
    for python in given.python or [sys.executable]:
        rows = measure(python, given.short, given.part, given.mode)
        bad += sum(bool(row["problems"]) for row in rows)
        if given.store:
            page.store(given.store, rows)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
