"""What a hint costs: the first of a process, one of many (is it linear?), and memory per hint."""

import gc
import sys
import time
from functools import partial

from _worker import Worker, cpu_clock, wall_clock

MOST = 10_000


def model(x):
    total = 0
    for i in range(x):
        total += i
    return total


def resident():
    """Return the resident set in bytes; its peak where the system tells no more."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def collection(pause, loops):
    """Time young collections, each after a pause."""
    spent = 0.0
    gc.collect()
    for _ in range(loops):
        time.sleep(pause)
        start = wall_clock()
        gc.collect(0)
        spent += wall_clock() - start
    return spent


def main():
    worker = Worker(values=3, warmups=1, min_time=0.01)
    worker.parse()
    if worker.args.hint == "none":
        raise SystemExit("no hint to measure; expected --hint focus, ignore or once")
    import jitctl

    decorate = getattr(jitctl, f"jit_{worker.args.hint}")
    kept = []

    def fresh(count):
        # Compiling each would leave freed memory behind, which the records would then take unseen.
        codes = [model.__code__.replace(co_firstlineno=line) for line in range(1, count + 1)]
        functions = [type(model)(code, globals()) for code in codes]
        kept.append(functions)
        return functions

    def timed(loops):
        functions = fresh(loops)
        gc.collect()
        start = cpu_clock()
        for function in functions:
            decorate(function)
        return cpu_clock() - start

    def grown(loops):
        functions = fresh(loops)
        gc.collect()
        before = resident()
        for function in functions:
            decorate(function)
        return max(resident() - before, 1)

    worker.measure("hint, the first of a process", timed, loops=1, values=1, warmups=0)
    worker.measure("hint, one of 1,000", timed, loops=1_000)
    worker.measure("hint, one of 10,000", timed, loops=MOST, values=1, warmups=0)
    worker.measure("hint, memory", grown, loops=MOST, values=1, warmups=0, unit="byte")
    if kept and worker.args.hint == "focus" and jitctl._router.backend.chosen()["name"] == "native":
        for function in kept[-1][:256]:
            function(40)
        # The maintenance step runs from gc callbacks, at most every 50 ms.
        worker.measure("hint, a collection with a maintenance step", partial(collection, 0.06), loops=5, values=1)
        worker.measure("hint, a collection without", partial(collection, 0.0), loops=5, values=1)
    worker.finish()


if __name__ == "__main__":
    main()
