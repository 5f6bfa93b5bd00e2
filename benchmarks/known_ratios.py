"""How often `jitctl tune` decides wrongly, on this machine as it is now: functions whose true ratio is known.

One function does a fixed number of iterations, its counterpart as many times fewer as the ratio says; both run in the
interpreter, without hints. Each process decides again and again, as tuning does; six processes give one verdict.

    python benchmarks/known_ratios.py [--processes N] [--decisions N]
"""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RATIOS = (0.95, 1.0, 1.02, 1.05, 1.20)
#: what is right; 1.02 is the margin itself, where both are
ALLOWED = {0.95: {"slower"}, 1.0: {"same"}, 1.02: {"same", "faster"}, 1.05: {"faster"}, 1.20: {"faster"}}
ITERATIONS = 20_000
#: processes that give a verdict together
GROUP = 6


def package():
    """Import the statistics of `jitctl tune`: the installed one, or that of this tree."""
    try:
        import jitctl
    except ModuleNotFoundError:
        sys.path.insert(0, str(ROOT / "python"))
        import jitctl
    return jitctl


def work(count):
    total = 0
    for number in range(count):
        total += number & 7
    return total


def timed(function, count):
    def once():
        start = time.thread_time_ns()
        function(count)
        return float(time.thread_time_ns() - start)

    return once


def child(decisions):
    """Decide on each ratio several times; print what came out."""
    package()
    from jitctl._tune.sequential import alternating, decide
    from jitctl._tune.twins import twin

    found = {}
    for ratio in RATIOS:
        told = []
        for _ in range(decisions):
            first, second = timed(twin(work), ITERATIONS), timed(twin(work), round(ITERATIONS / ratio))
            for _ in range(10):
                first(), second()
            one = decide(alternating(first, second))
            told.append([one.outcome, one.interval.ratio, one.interval.low, one.interval.high, one.pairs])
        found[ratio] = told
    print(json.dumps(found))


def main():
    """Start processes, and print how often they were right."""
    parser = argparse.ArgumentParser(description="How often tuning decides wrongly")
    parser.add_argument("--processes", type=int, default=12, help="default 12, which make two verdicts of six")
    parser.add_argument("--decisions", type=int, default=4, help="decisions on each ratio in a process, default 4")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return
    package()
    from jitctl._tune.interval import Interval
    from jitctl._tune.sequential import across

    told = []
    for _ in range(options.processes):
        command = [sys.executable, __file__, "--child", str(options.decisions)]
        told.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    print("ratio  decisions  right  undecided  wrong  pairs (median)   verdicts of six  right  undecided  wrong")
    for ratio in RATIOS:
        single = [one for process in told for one in process[str(ratio)]]
        verdicts = Counter()
        for start in range(0, len(told) - GROUP + 1, GROUP):
            for number in range(options.decisions):
                group = [process[str(ratio)][number] for process in told[start : start + GROUP]]
                verdicts[across([Interval(*one[1:4]) for one in group])] += 1
        pairs = sorted(one[4] for one in single)[len(single) // 2]
        counted = counts(Counter(one[0] for one in single), ratio)
        print(f"{ratio:>5} {counted}{pairs:>16} {counts(verdicts, ratio):>45}")


def counts(outcomes, ratio):
    """Write how many there are, are right, undecided and wrong."""
    right = sum(outcomes[one] for one in ALLOWED[ratio])
    undecided = outcomes["undecided"] + outcomes["mixed"]
    total = sum(outcomes.values())
    return f"{total:>10}{right:>7}{undecided:>11}{total - right - undecided:>7}"


if __name__ == "__main__":
    main()
