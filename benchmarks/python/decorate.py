"""What does a hint cost: time and memory per function, and is it linear?

Every size runs in a process of its own. Memory is the growth of the resident set, which includes
what the extension allocates, and of Python's own allocations (tracemalloc, in a second process,
because tracing slows the first). ``python benchmarks/python/decorate.py``
"""

import json
import tempfile

from _common import arguments, child, environment, report

CODE = """
import gc, json, sys, time
import jitctl

def resident():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

def model(x):
    return x

# Compiling each would leave freed memory behind, which the records would then take unseen.
codes = [model.__code__.replace(co_firstlineno=line) for line in range(1, {count} + 1)]
functions = [type(model)(code, globals()) for code in codes]
hint = jitctl.jit_{hint}
hint(lambda: 0)
gc.collect()
traced = None
if {trace}:
    import tracemalloc
    tracemalloc.start()
before = resident()
start = time.perf_counter()
for function in functions:
    hint(function)
seconds = time.perf_counter() - start
if {trace}:
    traced = tracemalloc.get_traced_memory()[0]
print(json.dumps([seconds, resident() - before, traced]))
"""


def main():
    options = arguments(__doc__, most=(10_000, "functions in the largest run"), rounds=(5, "processes per size"))
    sizes = [max(options.most // part, 1) for part in (10, 4, 2, 1)]
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        env = environment(cache)
        for hint in ("focus", "ignore", "once"):
            for count in sizes:
                code = CODE.format(count=count, hint=hint, trace=False)
                runs = [json.loads(child(code, env)) for _ in range(options.rounds)]
                seconds = min(run[0] for run in runs)
                resident = sorted(run[1] for run in runs)[len(runs) // 2]
                try:
                    traced = json.loads(child(CODE.format(count=count, hint=hint, trace=True), env))[2]
                except SystemExit:  # PyPy has no tracemalloc
                    traced = float("nan")
                rows.append([hint, str(count), seconds, 1e6 * seconds / count, resident / 2**20, traced / count])
    heads = ["hint", "functions", "seconds", "µs per function", "resident MiB", "traced bytes per function"]
    report(options, "decorate", heads, rows, ["target: 10,000 functions in at most 0.2 s and 10 MB, linear"])


if __name__ == "__main__":
    main()
