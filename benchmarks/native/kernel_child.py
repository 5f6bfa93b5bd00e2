"""Run in a fresh interpreter: time one kernel. Arguments: name, hinted (0 or 1), phase. Prints JSON.

The phase shifts the iteration at which a trace starts. Where a loop sees several types in turn, the one that its
trace starts with decides how fast it is, in hinted and in natural compilation alike; that is luck, and no mode's merit.
"""

import json
import sys
from time import process_time

from kernels import KERNELS

SMALL, WARM, TARGET = 2_000, 60_000, 0.012


def once(run, n):
    start = process_time()
    run(n)
    return process_time() - start


def main(name, hinted, phase):
    functions, run = KERNELS[name]
    if hinted:
        import jitctl

        for one in functions:
            jitctl.jit_focus(one)
    if phase:
        run(phase)
    expected = run(SMALL)
    run(WARM)
    run(WARM)
    n = WARM
    while once(run, n) < TARGET:
        n *= 2
    times = [once(run, n) for _ in range(11)]
    print(json.dumps({"ns": min(times) / n * 1e9, "result": repr(expected)}))


main(sys.argv[1], sys.argv[2] == "1", int(sys.argv[3]))
