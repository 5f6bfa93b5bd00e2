"""Stands in for pyperf while a benchmark's script runs: it keeps what would be measured, and measures nothing.

With the variable ``PROGRAM_LOOPS`` the script becomes a program that does its work so many times and ends, as
`jitctl tune` needs it; ``PROGRAM_LOOPS=0`` does it twice, and prints the seconds of processor time of the second.
"""

import argparse
import os
import platform
from functools import partial
from time import process_time

perf_counter = process_time
#: what the script would have measured, by name
KEPT = {}


def python_implementation():
    """Give what pyperf gives."""
    return platform.python_implementation().lower()


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

        _keep(name, timed)

    def bench_time_func(self, name, function, *arguments, inner_loops=None, **_):
        """Keep a function that times itself."""
        _keep(name, partial(function, 1, *arguments))


def _keep(name, timed):
    KEPT[name] = timed
    loops = os.environ.get("PROGRAM_LOOPS")
    if loops == "0":
        timed()
        print(timed())
    elif loops:
        for _ in range(int(loops)):
            timed()
