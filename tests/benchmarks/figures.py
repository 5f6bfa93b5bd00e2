"""Benchmarks and results put together by hand; not in conftest.py, of which there are several."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import pyperf
from harness.configurations import Configuration
from harness.store import Results


def bench(name, processes, unit="second"):
    """A benchmark with these values per process, as pyperf makes them, host name and all."""
    metadata = {"name": name, "unit": unit, "hostname": "somebody", "command_max_rss": 1, "loops": 2}
    runs = [
        pyperf.Run(values, warmups=[(2, values[0])], metadata=metadata, collect_metadata=False) for values in processes
    ]
    return pyperf.Benchmark(runs)


def steady(name, seconds, spread=0.002, processes=5):
    """A benchmark whose processes differ by this share."""
    middle = (processes - 1) / 2
    return bench(name, [[seconds * (1 + spread * (number - middle))] * 3 for number in range(processes)])


class Made:
    """Results put together by tests."""

    def __init__(self, path):
        self.results = Results(path)
        self.results.about = {"parts": {}}

    def put(self, where, *benches):
        self.results.put(Configuration.of(where), benches)
        return self

    def save(self):
        self.results.save()
        return self.results.path


@pytest.fixture
def made(tmp_path):
    """A maker of results in files of their own."""
    return lambda name="results": Made(tmp_path / f"{name}.json")
