"""The steady state of one of pyperformance's programs, hinted from outside.

``program.py --program richards --data <pyperformance/data-files/benchmarks> --hint focus --functions <JSON>``,
where the functions are a list of [``module:qualified name``, hint, threshold of jit_focus or 0 for its own].
"""

import json
import sys
from time import perf_counter

import pyperf
from _worker import WORKLOADS, Worker

#: Seconds that a program runs before it is timed: its JIT, whichever it is, has compiled what it will by then.
WARM = 0.6


def main():
    worker = Worker(values=4, warmups=0, min_time=0.1)
    worker.option("--program", required=True, help="its name in benchmarks/workloads/programs.py")
    worker.option("--data", required=True, help="the folder with pyperformance's benchmarks")
    worker.option("--functions", type=json.loads, default=[], help="what to hint")
    args = worker.parse()
    sys.path.insert(0, str(WORKLOADS))
    from outside import functions_of
    from workload import load

    ours, real = sys.argv, sys.modules["pyperf"]
    loop = load(args.program, args.data)
    # The program has taken its workload from a stand-in; the timing is pyperf's.
    sys.argv, sys.modules["pyperf"] = ours, real
    assert sys.modules["pyperf"] is pyperf
    found = functions_of(name for name, _, _ in args.functions) if args.functions else {}
    for name, hint, threshold in args.functions:
        if name in found:
            worker.apply([found[name]], hint, **({"threshold": threshold} if threshold else {}))
    deadline = perf_counter() + WARM
    while perf_counter() < deadline:
        loop()

    def timed(loops):
        return sum(loop() for _ in range(loops))

    worker.measure(f"program {args.program}", timed)
    worker.finish(hinted=len(found), wanted=len(args.functions))


if __name__ == "__main__":
    main()
