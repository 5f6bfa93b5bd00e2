"""One process of the benchmark: hints what its mode says, runs everything, prints the times as JSON.

Modes: `none` (the noop backend), `focus` (the default: compiled when specialised), `cold` (compiled when
decorated), `beside` (CinderX has compiled another function, nothing here is hinted), `evaluator` (the same, with
CinderX's own evaluator left in place).
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import kernels
import programs

WARM = 40
TIMED = 11


def hint(module, decorate):
    """Hint every function and class that the module defines."""
    for thing in list(vars(module).values()):
        if getattr(thing, "__module__", None) == module.__name__:
            decorate(thing)


def main(mode):
    import jitctl

    modules = (kernels, programs)
    if mode in ("focus", "cold"):
        options = {"when": "decoration"} if mode == "cold" else {}
        for module in modules:
            hint(module, jitctl.jit_focus(**options))
    elif mode in ("beside", "evaluator"):
        jitctl.jit_focus(when="decoration")(lambda: None)
        if mode == "evaluator":
            import _cinderx

            _cinderx.install_frame_evaluator()
    found = {}
    for name, run in {**kernels.KERNELS, **programs.PROGRAMS}.items():
        for _ in range(WARM):
            answer = run()
        times = []
        for _ in range(TIMED):
            start = time.process_time()
            run()
            times.append(time.process_time() - start)
        found[name] = [statistics.median(times), repr(answer)]
    statuses = {}
    for one in jitctl.stats():
        statuses[one.verdict.status] = statuses.get(one.verdict.status, 0) + 1
    print(json.dumps({"times": found, "verdicts": statuses}))


main(sys.argv[1])
