"""Compares two results, and says what became slower.

Machines and days differ, the plain interpreter does not: figures are ratios to it, of the same run, wherever it
does the same work. A difference counts if it is larger than the threshold and if Student's t-test (95 %)
tells the processes of the one result from those of the other. Values within one process are not independent, so
each process counts once.
"""

import math
import statistics
from collections.abc import Iterator
from typing import NamedTuple

import pyperf

from harness.baseline import baseline
from harness.configurations import Configuration
from harness.store import Results

#: how many benchmarks of a kind it takes to judge their mean, for which half the threshold is allowed
MANY = 8
KINDS = ("kernel ", "program ", "call ", "first call ")
#: Student's t for a two-sided test at 95 %, by degrees of freedom from 1 on; with more, the last is taken (strict)
T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip


class Comparison(NamedTuple):
    """One figure, old and new. `ratio` above 1: the new one is slower, or needs more."""

    configuration: str
    name: str
    ratio: float | None
    verdict: str


def compare(old: Results, new: Results, threshold: float = 5.0, absolute: bool = False) -> list[Comparison]:
    """Return all comparisons; verdicts: slower, faster, same, noise, too few, gone, added, reference."""
    found = list(_all(old, new, threshold, absolute))
    return found + list(_means(found, threshold / 2))


def _all(old: Results, new: Results, threshold: float, absolute: bool) -> Iterator[Comparison]:
    for key in dict.fromkeys([*old.found, *new.found]):
        names = dict.fromkeys([*old.found.get(key, {}), *new.found.get(key, {})])
        for name in names:
            where = Configuration.of(key)
            before, after = old.get(where, name), new.get(where, name)
            if before is None or after is None:
                yield Comparison(key, name, None, "added" if before is None else "gone")
                continue
            divisors = [1.0, 1.0]
            reference = None if absolute else baseline(where, name)
            if reference is not None:
                if reference == (where, name):
                    yield Comparison(key, name, after.median() / before.median(), "reference")
                    continue
                bases = [results.median(*reference) for results in (old, new)]
                if None not in bases:
                    divisors = [base or 1.0 for base in bases]
            samples = [_processes(bench, by) for bench, by in zip((before, after), divisors, strict=False)]
            ratio = statistics.median(samples[1]) / statistics.median(samples[0])
            yield Comparison(key, name, ratio, _verdict(samples[0], samples[1], ratio, threshold))


def _processes(bench: pyperf.Benchmark, divisor: float) -> list[float]:
    """Return the mean of each process, relative to the baseline."""
    return [statistics.mean(run.values) / divisor for run in bench.get_runs() if run.values]


def _verdict(old: list[float], new: list[float], ratio: float, threshold: float) -> str:
    allowed = 1 + threshold / 100
    if 1 / allowed <= ratio <= allowed:
        return "same"
    count = min(len(old), len(new))
    if count < 2:
        return "too few"
    old, new = old[:count], new[:count]
    # Counts do not vary at all; the test would divide by nothing.
    steady = len(set(old)) == len(set(new)) == 1
    if not steady and not _differ(old, new):
        return "noise"
    return "slower" if ratio > 1 else "faster"


def _differ(old: list[float], new: list[float]) -> bool:
    """Tell two samples of one size apart by Student's t-test at 95 %."""
    count = len(old)
    spread = math.sqrt((statistics.variance(old) + statistics.variance(new)) / count)
    distance = abs(statistics.mean(old) - statistics.mean(new))
    return distance > T_95[min(2 * count - 2, len(T_95)) - 1] * spread


def _means(found: list[Comparison], threshold: float) -> Iterator[Comparison]:
    """Judge the geometric means too: many small losses are one that counts."""
    for key in dict.fromkeys(one.configuration for one in found):
        for kind in KINDS:
            ratios = [
                one.ratio
                for one in found
                if one.configuration == key and one.name.startswith(kind) and one.ratio and one.verdict != "reference"
            ]
            if len(ratios) >= MANY:
                mean = statistics.geometric_mean(ratios)
                allowed = 1 + threshold / 100
                verdict = "slower" if mean > allowed else "faster" if mean < 1 / allowed else "same"
                yield Comparison(key, f"all: {kind.strip()}", mean, verdict)


def table(found: list[Comparison]) -> str:
    """Return what is worth reading as text."""
    lines = []
    for verdict in ("slower", "faster", "noise", "too few", "gone", "added"):
        for one in found:
            if one.verdict == verdict:
                ratio = "" if one.ratio is None else f"{one.ratio:.3f}"
                lines.append(f"{verdict:8}{ratio:>8}  {one.configuration}: {one.name}")
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in ("slower", "faster", "same")}
    judged = sum(one.verdict != "reference" for one in found)
    lines.append(f"{judged} compared: {', '.join(f'{number} {verdict}' for verdict, number in counts.items())}")
    drift = [one.ratio for one in found if one.verdict == "reference" and one.ratio]
    if drift:
        lines.append(f"the plain interpreters, new to old: {statistics.geometric_mean(drift):.3f} (the machine)")
    return "\n".join(lines) + "\n"
