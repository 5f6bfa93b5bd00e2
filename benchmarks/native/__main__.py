"""All benchmarks of the native backend on the interpreter that runs this: ``python benchmarks/native --json out.json``.

Every number comes from fresh processes of the same interpreter, all modes in turn, medians. Machines
differ and are busy: compare within one run only. Without ``--json`` the results go to
benchmarks/results/native-<version>.json, and the page benchmarks/results/native.md is written anew
from all such files. ``--parts`` runs some parts and keeps the others' last results.
"""

import argparse
import json
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cost
import first
import page
import run_kernels
import run_programs
from modes import HERE, home, progress

RESULTS = HERE.parent / "results"
PARTS = ("kernels", "first", "cost", "programs")


def arguments():
    parser = argparse.ArgumentParser(prog="benchmarks/native", description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, help="write the results here instead, and no page")
    parser.add_argument("--parts", default=",".join(PARTS), help="parts to run, with commas (default all)")
    parser.add_argument("--programs", default="", help="programs to run, with commas (default all)")
    parser.add_argument("--rounds", type=int, default=5, help="processes per mode (default 5)")
    parser.add_argument(
        "--packages",
        type=Path,
        default=HERE.parents[1] / "target" / "benchmark-packages",
        help="private folder for pyperformance (default in target/)",
    )
    return parser.parse_args()


def backend():
    """Say which backend this interpreter uses, or end where it is not native."""
    home()
    import jitctl

    chosen = jitctl._backend.chosen()
    if chosen["name"] != "native":
        raise SystemExit(f"backend {chosen['name']} is in use here, not native; next: python -m jitctl doctor")
    return f"native {chosen['version']}"


def write(target, results):
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def main():
    options = arguments()
    parts = [part for part in options.parts.split(",") if part]
    wrong = [part for part in parts if part not in PARTS]
    if wrong:
        raise SystemExit(f"no part {', '.join(wrong)}; there are {', '.join(PARTS)}")
    version = platform.python_version()
    target = options.json or RESULTS / f"native-{version}.json"
    results = json.loads(target.read_text("utf-8")) if target.exists() else {}
    results |= {"version": version, "debug": hasattr(sys, "gettotalrefcount"), "backend": backend()}
    results |= {"platform": f"{platform.system()} {platform.machine()}"}
    for part in parts:
        progress(f"part {part}")
        if part == "kernels":
            results[part] = run_kernels.run(options.rounds)
        elif part == "first":
            results[part] = first.run(options.rounds)
        elif part == "cost":
            results[part] = cost.run(options.rounds)
        else:
            names = tuple(name for name in options.programs.split(",") if name)
            known = results.get(part) if names else None

            def save(found):
                write(target, results | {"programs": found})

            results[part] = run_programs.run(options.packages, options.rounds, names, 0.7, known, save)
        write(target, results)
    if not options.json:
        (RESULTS / "native.md").write_text(page.page(RESULTS), "utf-8")
        progress(f"written: {RESULTS / 'native.md'}")


main()
