"""Takes a benchmark's workload without running pyperf: a stand-in for its Runner keeps what would be measured."""

import argparse
import platform
import runpy
import sys
import types
from functools import partial
from pathlib import Path
from time import process_time

from programs import PROGRAMS

#: what the benchmark's script would have measured, by name
KEPT = {}


class Runner:
    """What the benchmarks use of pyperf.Runner."""

    def __init__(self, **_):
        self.metadata = {}
        self.argparser = argparse.ArgumentParser()
        self.args = None

    def parse_args(self, arguments=None):
        """Parse the benchmark's own options."""
        self.args = self.argparser.parse_args(arguments)
        return self.args

    def bench_func(self, name, function, *arguments, **_):
        """Keep a function that is timed from outside."""

        def timed():
            start = process_time()
            function(*arguments)
            return process_time() - start

        KEPT[name] = timed

    def bench_time_func(self, name, function, *arguments, inner_loops=None, **_):
        """Keep a function that times itself."""
        KEPT[name] = partial(function, 1, *arguments)


def stand_in():
    module = types.ModuleType("pyperf")
    module.Runner = Runner
    module.perf_counter = process_time
    module.python_implementation = lambda: platform.python_implementation().lower()
    return module


def load(name, data):
    """Run the benchmark's script up to what it would measure; return a callable that gives the seconds of one loop."""
    place, arguments = PROGRAMS[name]
    script = Path(data) / place / "run_benchmark.py"
    sys.modules["pyperf"] = stand_in()
    sys.path.insert(0, str(script.parent))
    sys.argv = [str(script), *arguments]
    space = runpy.run_path(str(script), run_name="__main__")
    loop = KEPT.get(name) or next(iter(KEPT.values()))
    loop.__dict__["space"] = space  # or the functions would lose their globals
    return loop
