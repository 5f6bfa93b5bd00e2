"""pyperformance under CinderX through jitctl, against no hints: `python benchmarks/cinderx/pyperformance.py`.

Arguments: the backend's shared library, and a folder that has pyperformance or gets it. Run it with an interpreter that
can import jitctl and cinderx. benchmarks/native knows the programs, profiles them (every function that ran is hinted,
from outside) and times them, in fresh processes that take turns; CPython's own JIT is off in both modes.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import importlib.util
import io
import json
import runpy
import sys
from functools import partial
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
NATIVE = HERE.parent / "native"
RESULTS = HERE.parent / "results"
# Before this folder, which has another module `programs`.
sys.path.insert(0, str(NATIVE))

NAMES = ("richards", "deltablue", "nbody", "raytrace", "go", "chaos", "hexiom", "spectral_norm", "fannkuch", "nqueens")


def timed(arguments: list[str]) -> None:
    """Run benchmarks/native's child in this process; print its result with the verdicts as they are at the end."""
    script = str(NATIVE / "program_child.py")
    sys.argv = [script, *arguments]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        kept = runpy.run_path(script)
    found = json.loads(printed.getvalue().strip().splitlines()[-1])
    found["verdicts"] = {}
    if kept["json"].loads(arguments[2]):
        import jitctl

        for one in jitctl.stats():
            status = one.verdict.status
            found["verdicts"][status] = found["verdicts"].get(status, 0) + 1
    print(json.dumps(found))


def measure(library: str, packages: str, processes: int, seconds: float, names: list[str]) -> dict:
    """Return the medians without hints, and how many times faster each program is with them."""
    from modes import child, geomean, interleaved, progress
    from programs import available, folder

    data = folder(packages)
    # The children's PYTHONPATH has only jitctl's folder; cinderx may be in another.
    site = Path(importlib.util.find_spec("cinderx").origin).resolve().parents[1]
    off = {"PYTHON_JIT": "0"}
    on = {**off, "JITCTL_BACKEND": "cinderx", "JITCTL_BACKEND_PATH": str(Path(library).resolve())}
    rows = {}
    for name in available(names):
        ran = child("profile_child.py", name, data, environment=off)
        keys = json.dumps([[one["file"], one["line"], one["name"]] for one in ran])

        def run(hints, environment, name=name):
            here = str(HERE / "pyperformance.py")
            return child(here, "--child", name, data, hints, seconds, environment=environment, paths=[site])

        found = interleaved({"none": partial(run, "[]", off), "focus": partial(run, keys, on)}, processes)
        none, focus = (median(one["seconds"] for one in found[mode]) for mode in ("none", "focus"))
        ratios = sorted(one["seconds"] / other["seconds"] for one, other in zip(found["none"], found["focus"]))
        rows[name] = {
            "none_ms": round(1e3 * none, 3),
            "focus_ms": round(1e3 * focus, 3),
            "focus": round(none / focus, 3),
            "least": round(ratios[0], 3),
            "most": round(ratios[-1], 3),
            "verdicts": dict(sorted(found["focus"][0]["verdicts"].items())),
        }
        progress(f"{name}: {rows[name]}")
    return {
        "cinderx": importlib.metadata.version("cinderx"),
        "processes": processes,
        "rows": rows,
        "geomean": round(geomean([row["focus"] for row in rows.values()]), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", help="the backend's shared library")
    parser.add_argument("packages", help="a folder with pyperformance, or where pip shall put it")
    parser.add_argument("--processes", type=int, default=3, help="processes per mode")
    parser.add_argument("--seconds", type=float, default=1.2, help="each process warms up and is timed so long")
    parser.add_argument("--names", nargs="+", default=NAMES, help="the programs")
    chosen = parser.parse_args()
    found = measure(chosen.library, chosen.packages, chosen.processes, chosen.seconds, chosen.names)

    import report

    file = RESULTS / "cinderx.json"
    results = json.loads(file.read_text())
    version = ".".join(map(str, sys.version_info[:3]))
    if version not in results:
        raise SystemExit(f"no results of {version} in {file.name}; next: run `python benchmarks/cinderx` first")
    results[version]["pyperformance"] = found
    file.write_text(json.dumps(results, indent=1) + "\n")
    (RESULTS / "cinderx.md").write_text(report.text(results))
    print(report.pyperformance(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        timed(sys.argv[2:])
    else:
        main()
