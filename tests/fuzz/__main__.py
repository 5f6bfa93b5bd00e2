"""Fuzzes jitctl: random programs under random hints and switches, against twins without hints.

    python tests/fuzz                        a short run on this interpreter
    python tests/fuzz --minutes 60 --python PYTHON --python OTHER
    python tests/fuzz --seed 123             print the program and the script of a seed
    python tests/fuzz --seed 123 --check     run it in every mode
    python tests/fuzz --again FOLDER         run a case that was written down

A failing case is run again alone and on CPython's JIT without jitctl (to see whose fault it is), shrunk, and written to
a folder. Exit code 1: jitctl failed; 0 otherwise, also where CPython did.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import compare
import generate
import modes
import report
from run import Fuzzer, Settings, Tally

FAULTS = ("constant", "arithmetic", "line", "effect", "crash", "hang")

#: what the command line may ask for in programs
FEATURES = ("share", "instructions", "numeric", "small", "arrays")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python tests/fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--python", action="append", help="interpreter to fuzz, may be repeated: batches take turns (default: this one)"
    )
    parser.add_argument("--minutes", type=float, default=0.3, help="how long (default 0.3)")
    parser.add_argument("--programs", type=int, help="stop after so many programs")
    parser.add_argument("--first", type=int, help="first seed (default: from the clock, and printed)")
    parser.add_argument("--mode", action="append", help="only these modes (default: all, in turn)")
    parser.add_argument("--seed", type=int, help="print this seed's program and script, and end")
    parser.add_argument("--check", action="store_true", help="with --seed: run it in every mode")
    parser.add_argument("--again", type=Path, metavar="FOLDER", help="run a case that was written down, in every mode")
    parser.add_argument("--wrong", metavar="FAULT", help="try hints that are wrong on purpose: " + ", ".join(FAULTS))
    parser.add_argument("--seconds", type=float, default=20, help="the most a program may take (default 20)")
    parser.add_argument(
        "--share", action="store_true", help="let threads share functions on 3.15 too (gh-157740: crashes)"
    )
    parser.add_argument(
        "--instructions", action="store_true", help="INSTRUCTION events too, which CPython loses at times"
    )
    parser.add_argument(
        "--numeric", action="store_true", help="programs of loops over numbers, for the mode `compiler`"
    )
    parser.add_argument("--small", action="store_true", help="small programs for the mode `compiler`: many a second")
    parser.add_argument("--arrays", action="store_true", help="array.array in place of most lists of numbers")
    parser.add_argument("--most", type=int, default=20, help="stop after so many failures (default 20)")
    parser.add_argument("--batch", type=int, default=20, help="programs per process (default 20)")
    parser.add_argument(
        "--shrink", type=float, default=120, help="seconds for shrinking one failure (default 120; 0: none)"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("fuzz-failures"), help="where failures go (default fuzz-failures)"
    )
    parser.add_argument("--store", type=Path, help="add the counts to this .json, and write the page beside it")
    return parser.parse_args()


def main() -> int:
    """Fuzz, and say what came of it."""
    given = arguments()
    features = frozenset(name for name in FEATURES if getattr(given, name))
    settings = Settings(
        given.folder, given.seconds, shrink=given.shrink, size=given.batch, features=features, most=given.most
    )
    interpreters = [modes.look(path) for path in given.python or [sys.executable]]
    if given.seed is not None or given.again:
        return single(given, interpreters)
    fuzzers = [Fuzzer(one, settings) for one in interpreters]
    first = given.first if given.first is not None else int(time.time()) % 10**9 * 10
    print(f"seeds from {first}", flush=True)
    end = time.monotonic() + 60 * given.minutes
    tallies: dict[tuple[str, str], Tally] = {}
    turn, bad, programs, stored = 0, 0, 0, time.monotonic()
    while time.monotonic() < end and (not given.programs or programs < given.programs) and settings.most > 0:
        fuzzer = fuzzers[turn % len(fuzzers)]
        ways = [m for m in modes.hinted(fuzzer.one) if not given.mode or m.name in given.mode]
        if given.wrong:
            ways = [modes.Mode("wrong-" + given.wrong, "wrong-" + given.wrong)]
        # Two modes share a twin; the others have their turn with the next batch of this interpreter.
        round_ = turn // len(fuzzers)
        chosen = ways if len(ways) <= 2 else [ways[2 * round_ % len(ways)], ways[(2 * round_ + 1) % len(ways)]]
        mine: dict[str, Tally] = {m.name: tallies.setdefault((fuzzer.one.name, m.name), Tally()) for m in chosen}
        for found in fuzzer.batch(first + turn * given.batch, chosen, mine):
            bad += found.fault not in ("cpython", "unstable")
            whose = f"{found.failure.kind}, fault {found.fault}; {found.folder}"
            print(f"{found.interpreter} {found.mode} seed {found.seed}: {whose}")
            print("    " + found.failure.detail[:500].replace("\n", "\n    "), flush=True)
        programs += given.batch
        if given.store and time.monotonic() > stored + 60:
            stored = time.monotonic()
            report.store(given.store, tallies, interpreters, first)
        turn += 1
    for (name, mode), tally in tallies.items():
        counts = f"{tally.programs} programs, {tally.steps} steps, {len(tally.found)} failures"
        print(f"{name} {mode}: {counts}, {tally.seconds:.0f} s")
    if given.store:
        report.store(given.store, tallies, interpreters, first)
    return int(bad > 0)


def single(given: argparse.Namespace, interpreters: list[modes.Interpreter]) -> int:
    """Print, or run, one case."""
    bad = 0
    if given.again:
        case = json.loads((given.again / "case.json").read_text(encoding="utf-8"))
    else:
        features = frozenset(name for name in FEATURES if getattr(given, name))
        features |= {"share"} if interpreters[0].sharing else set()
        case = generate.make(given.seed, features)
        print(case["source"])
        for step in case["script"]:
            print("#", json.dumps(step))
        for number, hook in enumerate(case["hooks"]):
            print(f"# hook {number}", json.dumps(hook))
    if given.check or given.again:
        for one in interpreters:
            for mode in modes.hinted(one):
                if given.mode and mode.name not in given.mode:
                    continue
                found = compare.check(one, mode, case, 3)
                bad += found is not None
                said = f"{found.kind}\n{found.detail}" if found else "the same as the twin"
                print(f"{one.name} {mode.name}: {said}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
