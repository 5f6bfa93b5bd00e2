"""Run in a fresh interpreter: time one kernel. Arguments: name, hinted (0 or 1). Prints JSON."""

import json
import sys
from time import process_time

from kernels import KERNELS

SMALL, WARM, TARGET = 2_000, 60_000, 0.012


def once(run, n):
    start = process_time()
    run(n)
    return process_time() - start


def main(name, hinted):
    functions, run = KERNELS[name]
    if hinted:
        import jitctl

        for one in functions:
            jitctl.jit_focus(one)
    expected = run(SMALL)
    run(WARM)
    run(WARM)
    n = WARM
    while once(run, n) < TARGET:
        n *= 2
    times = [once(run, n) for _ in range(11)]
    print(json.dumps({"ns": min(times) / n * 1e9, "result": repr(expected)}))


main(sys.argv[1], sys.argv[2] == "1")
