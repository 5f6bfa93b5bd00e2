"""Runs cells: every process is a pyperf worker, the configurations of a group take turns, rounds repeat it all.

What slows the machine for a while then slows all configurations alike. pyperf calibrates the loops once per
interpreter and benchmark, in the group's first configuration there: all modes do the same work.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyperf

from harness import BENCHMARKS
from harness.configurations import Configuration, Place
from harness.parts import Cell
from harness.peers import Peers

TIMEOUT = 300
Say = Callable[[str], None]


class FailedError(Exception):
    """A worker failed."""


class Driver:
    """Runs the cells of one part, and merges what the processes give."""

    def __init__(self, places: Sequence[Place], peers: Peers, say: Say):
        self.places = {one.label: one for one in places}
        self.peers = peers
        self.say = say
        self.loops: dict[tuple[str, str, str], dict[str, int]] = {}
        self.benches: dict[Configuration, dict[str, pyperf.Benchmark]] = {}
        self.answers: dict[str, tuple[object, str]] = {}
        self.failures: dict[str, str] = {}

    def run(self, cells: Sequence[Cell], deadline: float | None) -> int:
        """Run all rounds, or as many as end before the deadline (one at least); return how many."""
        rounds = max((cell.rounds for cell in cells), default=0)
        dice = random.Random(1)
        longest = 0.0
        for number in range(rounds):
            start = time.monotonic()
            if deadline and number and start + longest > deadline:
                self.say(f"  no time for round {number + 1} of {rounds}")
                return number
            groups: dict[str, list[Cell]] = {}
            for cell in cells:
                if number < cell.rounds:
                    groups.setdefault(cell.group, []).append(cell)
            for group in groups.values():
                if number:
                    dice.shuffle(group)
                for cell in group:
                    self._one(cell, number)
            longest = max(longest, time.monotonic() - start)
            self.say(f"  round {number + 1} of {rounds}: {time.monotonic() - start:.0f} s")
        return rounds

    def _one(self, cell: Cell, number: int) -> None:
        what = f"{cell.worker} {cell.group} in {cell.configuration.name}"
        if what in self.failures:
            return
        try:
            loops = self._calibrated(cell)
            self._keep(
                cell, self._worker(cell, ["--loops", "1", "--loops-of", json.dumps(loops), "--round", str(number)])
            )
        except FailedError as failure:
            # One that cannot run must not take the others' hours with it; the report names it.
            self.failures[what] = str(failure)
            self.say(f"  failed: {what}: {failure}")

    def _calibrated(self, cell: Cell) -> dict[str, int]:
        """Return the loops of the cell's benchmarks."""
        key = (cell.configuration.interpreter, cell.worker, cell.group)
        if key not in self.loops:
            benches = self._worker(cell, ["--calibrate-loops"])
            self.loops[key] = {one.get_name(): one.get_runs()[0].get_metadata()["calibrate_loops"] for one in benches}
        return self.loops[key]

    def _worker(self, cell: Cell, more: Sequence[str]) -> list[pyperf.Benchmark]:
        """Run one process; return its benchmarks."""
        place = self.places[cell.configuration.interpreter]
        script = str(BENCHMARKS / "workers" / f"{cell.worker}.py")
        # pyperf's own options first; the last one of a kind counts.
        options = ["--worker", "--quiet", "--hint", cell.configuration.hint, *cell.options, *cell.arguments, *more]
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "benchmarks.json"
            command = [place.path, script, *options, "--to", str(target)]
            environment = self.peers.environment(cell.configuration.environment, place)
            try:
                done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                raise FailedError(f"not finished after {TIMEOUT} s") from None
            if done.returncode:
                lines = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
                raise FailedError(f"exit code {done.returncode}: {lines[-1]}")
            return list(pyperf.BenchmarkSuite.load(str(target))) if target.exists() else []

    def _keep(self, cell: Cell, benches: Sequence[pyperf.Benchmark]) -> None:
        known = self.benches.setdefault(cell.configuration, {})
        for bench in benches:
            name = bench.get_name()
            answer = bench.get_metadata().get("answer")
            if answer is not None:
                first = self.answers.setdefault(name, (answer, cell.configuration.name))
                if first[0] != answer:
                    raise FailedError(f"{name} computes something else than in {first[1]}")
            if name in known:
                known[name].add_runs(bench)
            else:
                known[name] = bench


def load_average() -> float | None:
    """Return how busy the machine is; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def progress(text: str) -> None:
    """Say something on standard error."""
    print(text, file=sys.stderr, flush=True)
