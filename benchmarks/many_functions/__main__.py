"""Hints, the JIT for all, or a hint for everything? A program of many functions (sqlglot), measured each way.

    pip install sqlglot
    python benchmarks/many_functions [--python PYTHON] [--processes 8]

Each way runs in a process of its own: without the JIT, with the functions hinted that have a loop and take the most
time (by the native backend, and by the compiler with native behind it), with PYTHON_JIT=1, and with every function
hinted. All live at once and take turns, a round of the same work each, in another order each time. Speeds are CPU times
of the plain interpreter divided by those of the way, for each set of processes, which has a hash seed of its own; the
table has the median over sets, and the least and the largest, of all rounds, those that compile included, and of the
second half. *again* is the plain interpreter once more: how far such figures are from 1.00 by chance.
Prints the lines of the table in docs/numbers.md.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

from clean_environment import clean_environment

CHILD = Path(__file__).resolve().parent / "child.py"


class Child:
    """A process that works a round when it is told to."""

    def __init__(self, python: str, *arguments: str, **environment: str) -> None:
        """Start it, with none of the caller's settings."""
        variables = clean_environment(keep=["PYTHONPATH"], **environment)
        command = [python, str(CHILD), *arguments]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, env=variables, stdin=pipe, stdout=pipe, text=True)
        self.hinted: int = self._answer()
        self.times: list[int] = []

    def turn(self) -> int:
        """Work a round, keep its CPU time, and return the length of what it wrote."""
        assert self._process.stdin is not None
        print(file=self._process.stdin, flush=True)
        spent, length = self._answer()
        self.times.append(spent)
        return int(length)

    def end(self) -> None:
        """Let it end."""
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(map(str, self._process.args))}: exit code {self._process.wait()}")  # type: ignore[arg-type]
        return json.loads(line)


def functions_with_loops(python: str) -> list[str]:
    """Return the functions with loops, those that take the most time first."""
    command = [python, str(CHILD), "list", "10"]
    environment = clean_environment(keep=["PYTHONPATH"], PYTHON_JIT="0")
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="interpreter to measure, with jitctl and sqlglot")
    parser.add_argument("--processes", type=int, default=8, help="for each way (default 8)")
    parser.add_argument("--rounds", type=int, default=80, help="of the work in each process (default 80)")
    parser.add_argument("--functions", type=int, default=8, help="how many are chosen (default 8)")
    given = parser.parse_args()
    chosen = functions_with_loops(given.python)[: given.functions]
    print("chosen:", ", ".join(chosen))
    native = {"JITCTL_OPT_IN": "1", "JITCTL_BACKEND": "native"}
    chain = {"JITCTL_OPT_IN": "1", "JITCTL_BACKEND": "compiler,native"}
    plain = "interpreter alone"
    ways: dict[str, tuple[list[str], dict[str, str]]] = {
        plain: (["none"], {"PYTHON_JIT": "0"}),
        f"{plain}, again": (["none"], {"PYTHON_JIT": "0"}),
        f"{len(chosen)} chosen functions hinted, native": (["chosen", *chosen], native),
        f"{len(chosen)} chosen functions hinted, `compiler,native`": (["chosen", *chosen], chain),
        "whatever becomes hot (`PYTHON_JIT=1`)": (["none"], {"PYTHON_JIT": "1"}),
        "all functions hinted, native": (["all"], native),
    }
    whole: dict[str, list[float]] = {way: [] for way in ways}
    second: dict[str, list[float]] = {way: [] for way in ways}
    hinted: dict[str, int] = {}
    for seed in range(given.processes):
        children = {
            way: Child(given.python, *arguments, PYTHONHASHSEED=str(seed), **environment)
            for way, (arguments, environment) in ways.items()
        }
        lengths = set()
        order = random.Random(seed)
        for _ in range(given.rounds):
            for way in order.sample(list(ways), len(ways)):
                lengths.add(children[way].turn())
        assert len(lengths) == 1, lengths
        base = children[plain].times
        for way, child in children.items():
            child.end()
            hinted[way] = child.hinted
            whole[way].append(sum(base) / sum(child.times))
            half = given.rounds // 2
            second[way].append(statistics.median(base[half:]) / statistics.median(child.times[half:]))
    print("| what is compiled | speed | second half of the work |\n| --- | ---: | ---: |")
    for way in ways:
        print(f"| {way} | {spread(whole[way])} | {spread(second[way])} |  {hinted[way]} hints")


def spread(ratios: list[float]) -> str:
    """Write the median, and what it was in the slowest and the fastest set of processes."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
