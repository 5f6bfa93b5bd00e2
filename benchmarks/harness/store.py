"""Results on disk: a folder with one pyperf file per configuration, and about.json, which says how they came to be.

``python -m pyperf show`` and ``compare_to`` read these files too.
"""

import json
import re
import statistics
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional

import pyperf

from harness.configurations import Configuration

#: what is kept of pyperf's metadata; the rest (host name, paths, frequencies) says nothing or too much
KEPT = {
    "name", "unit", "loops", "inner_loops", "calibrate_loops", "date", "duration", "load_avg_1min", "cpu_model_name",
    "cpu_count", "platform", "python_version", "python_implementation", "perf_version",
    "jitctl_backend", "jitctl_verdicts", "answer", "hinted", "wanted",
}  # fmt: skip


def clean(bench: pyperf.Benchmark) -> pyperf.Benchmark:
    """Return the benchmark without the metadata that is not kept."""
    runs = []
    for run in bench.get_runs():
        metadata = {key: value for key, value in run.get_metadata().items() if key in KEPT}
        runs.append(pyperf.Run(run.values, warmups=run.warmups, metadata=metadata, collect_metadata=False))
    return pyperf.Benchmark(runs)


class Results:
    """All of a folder: {configuration's name: {benchmark's name: pyperf.Benchmark}}, and what about.json says."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.found: Dict[str, Dict[str, pyperf.Benchmark]] = {}
        self.about: Dict[str, Any] = {}

    @classmethod
    def load(cls, folder: Path) -> "Results":
        """Read a folder; it may be empty."""
        results = cls(folder)
        about = folder / "about.json"
        if about.exists():
            results.about = json.loads(about.read_text("utf-8"))
        for path in sorted(folder.glob("*_*_*.json")):
            suite = pyperf.BenchmarkSuite.load(str(path))
            results.found[path.stem] = {bench.get_name(): bench for bench in suite}
        return results

    def put(self, configuration: Configuration, benches: Iterable[pyperf.Benchmark]) -> None:
        """Set benchmarks, in place of older ones of the same name."""
        known = self.found.setdefault(configuration.name, {})
        known.update({bench.get_name(): bench for bench in benches})

    def get(self, configuration: Configuration, name: str) -> Optional[pyperf.Benchmark]:
        """Return a benchmark, None where it was not measured."""
        return self.found.get(configuration.name, {}).get(name)

    def median(self, configuration: Configuration, name: str) -> Optional[float]:
        """Return pyperf's median over all values of all processes; of kernels the mean of the processes' medians."""
        bench = self.get(configuration, name)
        if bench is None:
            return None
        if name.startswith("kernel "):
            # Each process starts its traces at another iteration: a median would pick one of several speeds.
            return statistics.geometric_mean(statistics.median(run.values) for run in bench.get_runs() if run.values)
        return float(bench.median())

    def names(self, prefix: str) -> List[str]:
        """Return what follows the prefix in benchmarks' names, in the order they were measured."""
        seen: Dict[str, None] = {}
        for benches in self.found.values():
            for name in benches:
                if name.startswith(prefix):
                    seen[name[len(prefix) :]] = None
        return list(seen)

    def names_in(self, configuration: str, prefix: str) -> List[str]:
        """Return the same of one configuration."""
        return [name[len(prefix) :] for name in self.found.get(configuration, {}) if name.startswith(prefix)]

    def interpreters(self) -> List[str]:
        """Return the interpreters measured on, CPython's versions in order, then the others."""
        labels = {Configuration.of(name).interpreter for name in self.found}

        def order(label: str) -> Any:
            return (not label.startswith("cpython"), [int(part) for part in re.findall(r"\d+", label)])

        return sorted(labels, key=order)

    def save(self) -> None:
        """Write all files; small differences stay small: one run a line."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, benches in self.found.items():
            suite = pyperf.BenchmarkSuite([clean(bench) for bench in benches.values()])
            path = self.folder / f"{name}.json"
            suite.dump(str(path), replace=True)
            path.write_text(_lines(json.loads(path.read_text("utf-8"))), "utf-8")
        (self.folder / "about.json").write_text(json.dumps(self.about, indent=1, sort_keys=True) + "\n", "utf-8")


def _lines(data: Any, depth: int = 0) -> str:
    """Return JSON with containers broken up down to the single run."""
    if depth < 6 and data and isinstance(data, (dict, list)) and (depth < 4 or isinstance(data, list)):
        pad = " " * (depth + 1)
        if isinstance(data, dict):
            parts = [f"{pad}{json.dumps(key)}: {_lines(value, depth + 1)}" for key, value in data.items()]
            return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}" + ("\n" if depth == 0 else "")
        parts = [pad + _lines(value, depth + 1) for value in data]
        return "[\n" + ",\n".join(parts) + "\n" + " " * depth + "]"
    return json.dumps(data)
