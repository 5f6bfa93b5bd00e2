"""Hints, the JIT for all, or a hint for everything? A program of many functions (sqlglot), measured each way.

    pip install sqlglot
    python benchmarks/many_functions [--python PYTHON] [--processes 8]

Each way runs in processes of its own, which take turns: without the JIT, with the eight functions hinted that have a
loop and take the most time, with PYTHON_JIT=1, and with every function hinted. The same work each time. Speeds are CPU
times of the plain interpreter divided by those of the way, medians over processes: of all rounds, those that compile
included, and of the second half. Prints the lines of the table in README and docs/numbers.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

from clean_environment import clean_environment

CHILD = Path(__file__).resolve().parent / "child.py"


def run(python: str, *arguments: str, **environment: str) -> Any:
    """Run the child once, with none of the caller's settings."""
    variables = clean_environment(keep=["PYTHONPATH"], **environment)
    done = subprocess.run([python, str(CHILD), *arguments], env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{python} {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr[-2_000:]}")
    return json.loads(done.stdout)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="interpreter to measure, with jitctl and sqlglot")
    parser.add_argument("--processes", type=int, default=8, help="for each way (default 8)")
    parser.add_argument("--rounds", type=int, default=80, help="of the work in each process (default 80)")
    parser.add_argument("--functions", type=int, default=8, help="how many are chosen (default 8)")
    given = parser.parse_args()
    chosen = run(given.python, "list", "10", PYTHON_JIT="0")[: given.functions]
    print("chosen:", ", ".join(chosen))
    rounds = str(given.rounds)
    opt_in = {"JITCTL_OPT_IN": "1"}
    ways: dict[str, tuple[list[str], dict[str, str]]] = {
        "interpreter alone": (["none", rounds], {"PYTHON_JIT": "0"}),
        f"{len(chosen)} chosen functions hinted": (["chosen", rounds, *chosen], opt_in),
        "`PYTHON_JIT=1`": (["none", rounds], {"PYTHON_JIT": "1"}),
        "all functions hinted": (["all", rounds], opt_in),
    }
    times: dict[str, list[list[int]]] = {way: [] for way in ways}
    hinted: dict[str, int] = {}
    for turn in range(given.processes):
        for way in list(ways)[:: 1 if turn % 2 else -1]:
            arguments, environment = ways[way]
            answer = run(given.python, *arguments, PYTHONHASHSEED=str(turn), **environment)
            times[way].append(answer["times"])
            hinted[way] = answer["hinted"]
    plain = times["interpreter alone"]
    print("| | speed | second half |\n| --- | ---: | ---: |")
    for way, measured in times.items():
        ratios = [
            [sum(base[start:]) / sum(own[start:]) for base, own in zip(plain, measured, strict=True)]
            for start in (0, given.rounds // 2)
        ]
        spread = f"{min(ratios[0]):.2f} to {max(ratios[0]):.2f}"
        whole, second = (statistics.median(one) for one in ratios)
        print(f"| {way} | {whole:.2f} | {second:.2f} |  {hinted[way]} hints, {spread}")


if __name__ == "__main__":
    main()
