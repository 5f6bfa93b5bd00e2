"""Results on disk: one JSON file, a line per configuration: {"about": ..., "configurations": {name: {benchmark: ...}}}.

A benchmark is the metadata that its processes share, and the values of each process.
"""

import json
import re
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyperf

from harness.configurations import Configuration

#: what is kept of pyperf's metadata; the rest (host name, paths, frequencies, dates) says nothing or too much
KEPT = {
    "name", "unit", "loops", "inner_loops", "cpu_model_name", "cpu_count", "platform", "perf_version",
    "jitctl_backend", "jitctl_verdicts", "answer", "hinted", "wanted",
}  # fmt: skip
#: significant digits of a value; processes differ in the third
DIGITS = 6


def packed(bench: pyperf.Benchmark) -> dict[str, Any]:
    """Return a benchmark as it is stored."""
    metadata = {key: value for key, value in bench.get_metadata().items() if key in KEPT}
    values = [[float(f"{value:.{DIGITS}g}") for value in run.values] for run in bench.get_runs() if run.values]
    return {**metadata, "values": values}


def unpacked(stored: dict[str, Any]) -> pyperf.Benchmark:
    """Return what `packed` was given, without what it left out."""
    metadata = {key: value for key, value in stored.items() if key != "values"}
    return pyperf.Benchmark(
        [pyperf.Run(values, metadata=metadata, collect_metadata=False) for values in stored["values"]]
    )


class Results:
    """All of a file: {configuration's name: {benchmark's name: pyperf.Benchmark}}, and what is said about it."""

    def __init__(self, path: Path):
        self.path = path
        self.found: dict[str, dict[str, pyperf.Benchmark]] = {}
        self.about: dict[str, Any] = {}

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read a file; it need not exist yet."""
        results = cls(path)
        if path.exists():
            stored = json.loads(path.read_text("utf-8"))
            results.about = stored["about"]
            for name, benches in stored["configurations"].items():
                results.found[name] = {key: unpacked(one) for key, one in benches.items()}
        return results

    def put(self, configuration: Configuration, benches: Iterable[pyperf.Benchmark]) -> None:
        """Set benchmarks, in place of older ones of the same name."""
        known = self.found.setdefault(configuration.name, {})
        known.update({bench.get_name(): bench for bench in benches})

    def get(self, configuration: Configuration, name: str) -> pyperf.Benchmark | None:
        """Return a benchmark, None where it was not measured."""
        return self.found.get(configuration.name, {}).get(name)

    def median(self, configuration: Configuration, name: str) -> float | None:
        """Return pyperf's median over all values of all processes; of kernels the mean of the processes' medians."""
        bench = self.get(configuration, name)
        if bench is None:
            return None
        if name.startswith("kernel "):
            # Each process starts its traces at another iteration: a median would pick one of several speeds.
            return statistics.geometric_mean(statistics.median(run.values) for run in bench.get_runs() if run.values)
        return float(bench.median())

    def names(self, prefix: str) -> list[str]:
        """Return what follows the prefix in benchmarks' names, in the order they were measured."""
        seen: dict[str, None] = {}
        for benches in self.found.values():
            for name in benches:
                if name.startswith(prefix):
                    seen[name[len(prefix) :]] = None
        return list(seen)

    def names_in(self, configuration: str, prefix: str) -> list[str]:
        """Return the same of one configuration."""
        return [name[len(prefix) :] for name in self.found.get(configuration, {}) if name.startswith(prefix)]

    def interpreters(self) -> list[str]:
        """Return the interpreters measured on, CPython's versions in order, then the others."""
        labels = {Configuration.of(name).interpreter for name in self.found}

        def order(label: str) -> Any:
            return (not label.startswith("cpython"), [int(part) for part in re.findall(r"\d+", label)])

        return sorted(labels, key=order)

    def save(self) -> None:
        """Write the file; a configuration is a line, so that differences between two runs stay small."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            f"  {json.dumps(name)}: "
            + json.dumps({key: packed(bench) for key, bench in benches.items()}, sort_keys=True)
            for name, benches in sorted(self.found.items())
        ]
        about = json.dumps(self.about, sort_keys=True)
        text = f'{{\n "about": {about},\n "configurations": {{\n' + ",\n".join(lines) + "\n }\n}\n"
        self.path.write_text(text, "utf-8")
