"""What the workers share: each is an ordinary pyperf script that knows hints.

``python benchmarks/workers/call.py --hint focus --copy-env`` runs one by itself, the way pyperf does. The harness
starts the same script as a pyperf worker (``--worker``), one process at a time, so that interpreters and modes can
take turns.
"""

import json
import sys
import zlib
from pathlib import Path
from time import perf_counter, process_time

import pyperf

WORKLOADS = Path(__file__).resolve().parents[1] / "workloads"
#: Besides jitctl's own: `cold` compiles when decorated (CinderX), `beside` hints only a function that is not timed,
#: `evaluator` does that and leaves CinderX's evaluator in place, as it does by itself; `profiled` and `stopped` are
#: states of the profiler.
HINTS = ("none", "focus", "ignore", "once", "cold", "beside", "evaluator", "numba", "profiled", "stopped")
#: Steady states are timed by the process's own clock, which what else runs on the machine disturbs least.
cpu_clock = process_time
wall_clock = perf_counter


class Worker:
    """A pyperf Runner whose benchmarks all run in one process, with loops of their own, and are written at the end."""

    def __init__(self, values, warmups, min_time):
        self.runner = pyperf.Runner(
            values=values, warmups=warmups, min_time=min_time, processes=5, add_cmdline_args=self._pass_on
        )
        self.kept = []
        self.own = []
        self.args = None
        self.option("--hint", choices=HINTS, default="none", help="what is applied to the functions that are timed")
        self.option("--round", type=int, default=0, help="which of several processes that do the same this is")
        self.option("--loops-of", type=json.loads, default={}, help="loops per benchmark, as JSON (the harness)")
        self.option("--to", help="write all benchmarks of this process here (the harness)")

    def option(self, flag, **more):
        """Add an option of our own to pyperf's."""
        self.own.append((flag, flag.lstrip("-").replace("-", "_")))
        self.runner.argparser.add_argument(flag, **more)

    def parse(self):
        """Parse the command line."""
        self.args = self.runner.parse_args()
        return self.args

    def _pass_on(self, command, args):
        for flag, name in self.own:
            value = getattr(args, name)
            if isinstance(value, str):
                command.extend((flag, value))

    def apply(self, functions, instead="focus", **options):
        """Apply the hint of the command line, with these keywords; returns the functions (numba's are others).

        ``instead``: the hint where the command line says focus.
        """
        hint = instead if self.args.hint == "focus" else self.args.hint
        if hint == "none":
            return functions
        if hint == "numba":
            import numba

            return [numba.njit(one) for one in functions]
        import jitctl

        if hint in ("beside", "evaluator"):
            jitctl.jit_focus(_other)
            for _ in range(100):
                _other()
            if hint == "evaluator":
                import _cinderx

                _cinderx.install_frame_evaluator()
            return functions
        decorate = jitctl.jit_focus(when="decoration") if hint == "cold" else getattr(jitctl, f"jit_{hint}")
        for one in functions:
            decorate(one, **options)
        return functions

    def measure(self, name, time_function, loops=None, values=None, warmups=None, inner_loops=None, unit="second"):
        """Let pyperf measure; what is fixed here does not depend on the command line or on a calibration."""
        args = self.runner.args
        suite = args.worker and args.worker_task is None
        if suite and args.calibrate_loops and loops is not None:
            return
        before = args.loops, args.values, args.warmups
        if loops is not None:
            args.loops = loops
        elif suite and not args.calibrate_loops:
            args.loops = args.loops_of.get(name, args.loops)
        args.values = values or args.values
        args.warmups = args.warmups if warmups is None else warmups
        bench = self.runner.bench_time_func(name, time_function, inner_loops=inner_loops, metadata={"unit": unit})
        args.loops, args.values, args.warmups = before
        if bench is not None:
            self.kept.append(bench)

    def finish(self, **notes):
        """Write what was measured, with what came of the hints; `notes` go into each benchmark's metadata."""
        if not self.args.to or not self.kept:
            return
        if "jitctl" in sys.modules:
            notes.update(_verdicts())
        for bench in self.kept:
            bench.update_metadata({key: value for key, value in notes.items() if value})
        pyperf.BenchmarkSuite(self.kept).dump(self.args.to)


def fingerprint(answer):
    """Return a short number for an answer, to compare it between modes and interpreters."""
    return zlib.crc32(repr(answer).encode())


def _other():
    total = 0
    for i in range(50):
        total += i
    return total


def _verdicts():
    import jitctl

    counts = {}
    for one in jitctl.stats():
        counts[one.verdict.status] = counts.get(one.verdict.status, 0) + 1
    chosen = jitctl._router.backend.chosen()
    return {
        "jitctl_backend": chosen["name"],
        "jitctl_verdicts": ", ".join(f"{number} {status}" for status, number in sorted(counts.items())),
    }
