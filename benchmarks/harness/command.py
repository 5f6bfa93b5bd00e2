"""The command line."""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import ROOT, TIMINGS

if TYPE_CHECKING:
    from harness.configurations import Place
    from harness.peers import Peers

DESCRIPTION = "Measures jitctl, writes what was measured into the documents, and compares two measurements."
RUST = "rust"
#: how long parts take, in minutes on an idle machine of two cores; with --minutes they share the time so
WEIGHTS = {"programs": 10, "kernels": 7, "calls": 3, "imports": 2, "first-calls": 1, "compiled": 0.3, RUST: 0.5}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    from harness.parts import PARTS
    from harness.programs import BUDGET, RUN, UNDER

    parser = argparse.ArgumentParser(prog="benchmarks", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure, and store the results")
    run.add_argument("--parts", default=f"{','.join(PARTS)},{RUST}", help="with commas; default all: %(default)s")
    run.add_argument("--quick", action="store_true", help="two rounds of a few kernels and programs: minutes")
    run.add_argument("--rounds", type=int, help="processes per cell; default 5, with --quick 2")
    run.add_argument("--minutes", type=float, help="start no round that would end later; each part gets one")
    run.add_argument("--on", default="", help="interpreters, with commas, as in 3.14,pypy; default all")
    run.add_argument("--only", default="", help="kernels and programs, with commas; default all")
    run.add_argument("--peers", default="cinderx,numba", help="fetched by pip; default %(default)s; '' for none")
    run.add_argument(
        "--to", type=Path, default=TIMINGS, help="file of the results, default benchmarks/results/timings.json"
    )
    choose = commands.add_parser("choose", help="choose anew which functions of pyperformance's programs are hinted")
    choose.add_argument("--only", default="", help="programs, with commas; default all")
    choose.add_argument("--under", default="", choices=UNDER, help="the environment, default that of native")
    choose.add_argument("--budget", type=float, default=BUDGET, help="seconds a program, default %(default)s")
    choose.add_argument("--steady", action="store_true", help="time a few plans warm, instead of `jitctl tune`")
    choose.add_argument("--run", type=float, default=RUN, help="seconds one run of it takes, default %(default)s")
    chosen = commands.add_parser(
        "chosen", help="measure pyperformance's programs with the hints chosen by choose --under, into chosen.json"
    )
    chosen.add_argument("--only", default="", help="programs, with commas; default all")
    chosen.add_argument("--under", required=True, choices=UNDER, help="the environment")
    report = commands.add_parser(
        "report", help="write README's numbers, docs/numbers.md, docs/evidence.md and the plot from the results"
    )
    report.add_argument("--check", action="store_true", help="write nothing; fail where a document differs")
    compare = commands.add_parser("compare", help="compare two files of results; exit code 1 where something is slower")
    compare.add_argument("old", type=Path)
    compare.add_argument("new", type=Path)
    compare.add_argument("--threshold", type=float, default=5.0, help="per cent that is always allowed (default 5)")
    compare.add_argument("--absolute", action="store_true", help="compare seconds, not ratios to the plain interpreter")
    options = parser.parse_args(arguments)
    return int(globals()[f"_{options.command}"](options))


def _run(options: argparse.Namespace) -> int:
    from harness.configurations import places
    from harness.driver import Driver, load_average, progress
    from harness.parts import PARTS, Choice
    from harness.peers import Peers
    from harness.store import Results

    parts = [part for part in options.parts.split(",") if part]
    wrong = [part for part in parts if part not in (*PARTS, RUST)]
    if wrong:
        raise SystemExit(f"no part {', '.join(wrong)}; there are {', '.join(PARTS)}, {RUST}")
    names = [name for name in options.only.split(",") if name]
    there = places()
    if options.on:
        wanted = options.on.split(",")
        there = [one for one in there if one.minor in wanted or one.implementation in wanted or one.label in wanted]
    if not there:
        raise SystemExit(
            "no interpreter to measure on; expected those of tools/interpreters.py list; next: make interpreters"
        )
    rounds = options.rounds or (2 if options.quick else 5)
    peers = Peers(there, [peer for peer in options.peers.split(",") if peer])
    results = Results.load(options.to)
    begun = time.monotonic()
    deadline = begun + 60 * options.minutes if options.minutes else None
    failed = False
    for number, part in enumerate(parts):
        start, load = time.monotonic(), load_average()
        entry: dict[str, Any] = {
            "commit": _commit(),
            "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
            "load before": load,
        }
        progress(f"part {part}")
        if part == RUST:
            from harness.rust import measure

            results.about[RUST] = measure()
        else:
            cells = PARTS[part](Choice(there, peers, options.quick, rounds, names))
            driver = Driver(there, peers, progress)
            share = None
            if deadline is not None:
                weights = [WEIGHTS.get(one, 1) for one in parts[number:]]
                share = start + (deadline - start) * weights[0] / sum(weights)
            entry["rounds"] = driver.run(cells, share)
            entry["failures"] = driver.failures
            failed = failed or bool(driver.failures)
            for configuration, benches in driver.benches.items():
                results.put(configuration, benches.values())
        entry["seconds"] = round(time.monotonic() - start)
        results.about.setdefault("parts", {})[part] = entry
        results.about["missing"] = peers.missing
        results.save()
    progress(f"written: {options.to}, {time.monotonic() - begun:.0f} s")
    return int(failed)


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return found.stdout.strip() or "not a checkout"


def _chooser(options: argparse.Namespace) -> tuple["Place", list[str], "Peers"]:
    """Return where to choose or measure under an environment, which programs, and what they can import."""
    from harness.configurations import places
    from harness.names import program_names
    from harness.peers import Peers
    from harness.programs import UNDER

    minor = UNDER.get(options.under)
    there = [one for one in places() if one.implementation == "cpython" and (one.minor == minor if minor else one.jit)]
    if not there:
        what = f"is CPython {minor}" if minor else "carries a JIT"
        raise SystemExit(f"no interpreter {what}; expected one; next: make interpreters")
    names = [name for name in options.only.split(",") if name] or program_names()
    return there[-1], names, Peers(there, [])


def _choose(options: argparse.Namespace) -> int:
    from harness.programs import choose, tuned
    from harness.steady import steady

    place, names, peers = _chooser(options)
    environment = options.under or "optin"

    def chooser(name: str) -> dict[str, Any]:
        if options.steady:
            return steady(place, name, peers, environment)
        return tuned(place, name, peers, options.budget, environment, options.run)

    choose(place, names, chooser, options.under)
    return 0


def _chosen(options: argparse.Namespace) -> int:
    from harness.driver import load_average, progress
    from harness.steady import keep, measure

    place, names, peers = _chooser(options)
    for name in names:
        begun = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
        load = load_average()
        keep(place.label, options.under, name, measure(place, name, peers, options.under), (_commit(), begun, load))
        progress(f"{name} under {options.under} on {place.label}")
    return 0


def _report(options: argparse.Namespace) -> int:
    from harness.report import write

    different = write(check=options.check)
    for path in different:
        print(f"{'differs' if options.check else 'written'}: {path.relative_to(ROOT)}")
    return int(options.check and bool(different))


def _compare(options: argparse.Namespace) -> int:
    from harness.compare import compare, table
    from harness.store import Results

    for path in (options.old, options.new):
        if not path.is_file():
            raise SystemExit(f"{path}: no such file; expected results; next: python benchmarks run --to {path}")
    found = compare(Results.load(options.old), Results.load(options.new), options.threshold, options.absolute)
    sys.stdout.write(table(found))
    return int(any(one.verdict == "slower" for one in found))
