"""What the profiler costs per call: ``--hint none``, ``profiled`` and ``stopped`` (switched off again), by either
method.

The methods are a function's entry (its vectorcall slot) and local events of sys.monitoring. `loop` is a function
whose own loop is worth compiling: what profiling does to the JIT shows there (PYTHON_JIT=1). A generator counts by
resumption.
"""

from _worker import Worker, cpu_clock

#: kind -> (source that defines f, what calls it, calls or resumptions in that)
KINDS = {
    "function": ("def f(x): return x", "f(1)", 1),
    "two calls": ("def g(x): return x\ndef f(x): return g(g(x))", "f(1)", 1),
    "loop": ("def f(x):\n    t = 0.0\n    for i in range(1000):\n        t = t * 0.5 + i\n    return t", "f(1)", 1),
    "raising": ("def f(x): raise KeyError", "try: f(1)\n        except KeyError: pass", 1),
    "generator": ("def f(x):\n    while x:\n        x -= 1\n        yield x", "for _ in f(9): pass", 10),
}
RUN = "def run(loops):\n    for _ in range(loops):\n        {call}\n"
METHODS = ("entry", "events")


def main():
    worker = Worker(values=3, warmups=1, min_time=0.005)
    hint = worker.parse().hint
    if hint not in ("none", "profiled", "stopped"):
        raise SystemExit(f"no hint {hint} here; expected none, profiled or stopped")
    for kind, (source, call, weight) in KINDS.items():
        for method in METHODS:
            if (kind, method) == ("generator", "entry"):
                continue  # counts the making of generators, not their resumptions
            space = {}
            exec(compile(f"{source}\n{RUN.format(call=call)}", f"<{kind}>", "exec"), space)
            function, run = space["f"], space["run"]
            run(2_000)
            if hint != "none":
                from jitctl import _backend

                _backend.profile_start(function, method)
                state = _backend.profile(function)["state"]
                if state != "on":
                    raise SystemExit(f"{kind} is not profiled by {method}: {state}")
                run(2_000)
                if hint == "stopped":
                    _backend.profile_stop(function)
                    run(2_000)

            def timed(loops, run=run):
                start = cpu_clock()
                run(loops)
                return cpu_clock() - start

            worker.measure(f"profile {kind}, {method}", timed, inner_loops=weight)
    worker.finish()


if __name__ == "__main__":
    main()
