"""The steady state of one kernel of benchmarks/workloads: ``kernel.py --kernel lcg --hint focus``."""

import sys

from _worker import WORKLOADS, Worker, cpu_clock, fingerprint

ITERATIONS = 60_000
SMALL = 2_000
#: A few iterations before the others shift the one at which a trace starts. Where a loop sees several types in turn,
#: the one that its trace starts with decides how fast it is, hinted or not: luck, and no mode's merit.
PHASES = 4


def main():
    worker = Worker(values=4, warmups=3, min_time=0.015)
    worker.option("--kernel", required=True, help="its name in benchmarks/workloads/kernels.py")
    name = worker.parse().kernel
    sys.path.insert(0, str(WORKLOADS))
    from kernels import KERNELS

    functions, run = KERNELS[name]
    worker.apply(functions)
    if worker.args.round % PHASES:
        run(worker.args.round % PHASES)
    answer = run(SMALL)

    def timed(loops):
        start = cpu_clock()
        for _ in range(loops):
            run(ITERATIONS)
        return cpu_clock() - start

    worker.measure(f"kernel {name}", timed)
    worker.finish(answer=fingerprint(answer))


if __name__ == "__main__":
    main()
