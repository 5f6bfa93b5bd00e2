"""What does profiling cost per call, by either method, and what is left of it once it is switched off?

The two methods are a function's entry (its vectorcall slot) and local events of sys.monitoring. For each, calls of
fresh functions are timed plain, profiled and switched off again, in turns in one process; the least time counts.
`loop` is a function whose own loop is worth compiling: what profiling does to the JIT shows there (PYTHON_JIT=1).
``python benchmarks/profiler``
"""

import argparse
import json
import sys
import time
from pathlib import Path

try:
    import jitctl
except ModuleNotFoundError:  # not installed: the tree's
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))
    import jitctl

RUN = "def run(f, n):\n    for _ in range(n):\n        {call}\n"
SOURCES = {
    "function": ("def f(x): return x", "f(1)", 1),
    "two calls": ("def g(x): return x\ndef f(x): return g(g(x))", "f(1)", 1),
    "loop": ("def f(x):\n    t = 0.0\n    for i in range(1000):\n        t = t * 0.5 + i\n    return t", "f(1)", 1000),
    "raising": ("def f(x): raise KeyError", "try: f(1)\n        except KeyError: pass", 1),
    "generator": ("def f(x):\n    while x:\n        x -= 1\n        yield x", "for _ in f(9): pass", 10),
}


def fresh(kind):
    """Compile the source afresh; return the function and what calls it."""
    source, call, _ = SOURCES[kind]
    namespace = {}
    exec(compile(f"{source}\n{RUN.format(call=call)}", "<fresh>", "exec"), namespace)
    return namespace["f"], namespace["run"]


def measure(backend, kind, method, calls, rounds):
    """Return nanoseconds per call (or resumption): plain, profiled, switched off again."""
    weight = 1 if kind == "loop" else SOURCES[kind][2]
    calls = max(calls // SOURCES[kind][2], 20)
    plain, touched = fresh(kind), fresh(kind)
    best = [float("inf")] * 3
    for _ in range(rounds):
        for state in range(3):
            function, run = touched if state else plain
            if state == 1:
                backend.profile_start(function, method)
                if backend.profile(function)["state"] != "on":
                    return None
            run(function, calls)  # sites adapt to the state
            start = time.perf_counter_ns()
            run(function, calls)
            best[state] = min(best[state], (time.perf_counter_ns() - start) / calls / weight)
            if state == 1:
                backend.profile_stop(function)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--calls", type=int, default=20_000, help="calls per timing (default 20000)")
    parser.add_argument("--rounds", type=int, default=25, help="timings of each state (default 25)")
    options = parser.parse_args()
    rows = []
    for kind in SOURCES:
        for method in ("entry", "events"):
            if (kind, method) == ("generator", "entry"):
                continue  # counts the making of generators, not their resumptions
            found = measure(jitctl._backend, kind, method, options.calls, options.rounds)
            if found is None:
                rows.append((kind, method, None, None, None, None))
                continue
            plain, on, off = found
            rows.append((kind, method, plain, on, on - plain, off / plain))
    heads = ("call of a", "method", "plain ns", "profiled ns", "added ns", "off / plain")
    headline = jitctl.stats(name="no function").headline
    if options.json:
        print(json.dumps({"ran": headline, "rows": [dict(zip(heads, row)) for row in rows]}, indent=2))
        return
    print(headline)
    for row in (heads, *rows):
        shown = (f"{cell:.2f}" if isinstance(cell, float) else str(cell or "-") for cell in row)
        print("  ".join(cell.ljust(12) for cell in shown).rstrip())
    print("target: at most 60 ns added on 3.14, and a ratio of 1 once switched off; a generator: per resumption")


if __name__ == "__main__":
    main()
