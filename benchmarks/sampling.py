"""What sampling costs, within a process and for a whole run of `jitctl find`.

    python benchmarks/sampling.py [PAIRS [ROUNDS [REPEATED]]]

Within a process: pairs of the same work with and without, in turn, by the thread's processor time. It says how many
samples there were: a system gives no more than its clock has ticks (often 250 a second), so the cost at a thousand a
second is what one sample costs, a thousand times. Whole runs: a program of several seconds, alone and under `jitctl
find`, in turn, by the processor time of the process; the start of jitctl and what it tells at the end are part of that.
What that part is alone is shown by a short program, beside the start of the interpreter itself, since milliseconds
depend on the machine. REPEATED is how often the whole program does its work, 400 times by default.
"""

import os
import sys
import time
from statistics import mean

from jitctl import _router
from jitctl._process.sampler import INTERVAL
from jitctl._tune.comparison import FEWEST_ROUNDS, compare
from jitctl._tune.interval import median_interval
from jitctl._tune.programs import run

#: how often the whole program does its work
REPEATED = 400


class Node:
    """Something with an attribute and a method."""

    def __init__(self, value: int) -> None:
        self.value = value

    def weight(self) -> int:
        """Compute a little."""
        return self.value % 7


def work() -> int:
    """Do what programs do: calls, attributes, containers and numbers, some 30 ms of it."""
    nodes, total, counts = [Node(number) for number in range(500)], 0, {}
    for _ in range(600):
        for node in nodes:
            total += node.weight()
        counts[total % 50] = counts.get(total % 50, 0) + 1
    return total


def timed() -> int:
    """Time one piece of work, behind another one that brings caches and predictors into the same state."""
    work()
    start = time.thread_time_ns()
    work()
    return time.thread_time_ns() - start


def within_a_process(pairs: int) -> None:
    """Measure the handler."""
    ratios, samples, spent = [], 0, 0
    for pair in range(pairs):
        times = {}
        for sampled in (True, False) if pair % 2 else (False, True):
            if sampled:
                reason = _router.backend.sampling_start(int(INTERVAL * 1e9))
                if reason is not None:
                    sys.exit(f"no sampling here: {reason}")
            times[sampled] = timed()
            if sampled:
                samples += _router.backend.sampling_stop()["samples"]
                spent += 2 * times[True]
        ratios.append(times[True] / times[False])
    cost, rate = median_interval(ratios), samples / (spent / 1e9)
    each = max(0.0, cost.ratio - 1) / rate
    print(f"within a process, {pairs} pairs: {cost} times as long; {rate:.0f} samples a second")
    print(f"one sample: {each * 1e6:.1f} µs; at 1,000 a second {each * 1e5:.2f} %")


def whole_runs(rounds: int, repeated: int) -> None:
    """Measure the command."""
    program = [os.path.abspath(__file__), "--program", str(repeated)]
    plain, found = [sys.executable, *program], [sys.executable, "-m", "jitctl", "find", "-q", *program]
    ways = {"find": lambda: run(found, os.environ), "plain": lambda: run(plain, os.environ)}
    done = compare(ways, rounds, lambda _: True)
    ratio = done.interval("plain")
    print(f"whole runs of {done.seconds('plain'):.1f} s, {rounds} rounds: find takes {ratio} times as long")


def start_and_end(rounds: int) -> None:
    """Measure what the command takes to start and to tell, with a program of a piece of work, in turn."""
    program = [os.path.abspath(__file__), "--program", "20"]  # enough samples to tell of functions
    ways = {
        "bare": [sys.executable, "-c", "pass"],
        "plain": [sys.executable, *program],
        "find": [sys.executable, "-m", "jitctl", "find", *program],
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: 1 if number % 2 else -1]:
            times[name].append(1e3 * run(ways[name], os.environ).cpu_seconds)
    # Whatever disturbs a run makes it longer, so the shortest ones say most of what it takes itself.
    least = {name: mean(sorted(many)[: max(1, rounds // 4)]) for name, many in times.items()}
    print(
        f"start and end, shortest quarter of {rounds} rounds: find adds {least['find'] - least['plain']:.0f} ms "
        f"where a bare interpreter takes {least['bare']:.0f} ms"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--program"]:
        for _ in range(int(sys.argv[2])):
            work()
    else:
        numbers = [int(word) for word in sys.argv[1:]]
        within_a_process(numbers[0] if numbers else 150)
        start_and_end(40)
        repeated = numbers[2] if numbers[2:] else REPEATED
        whole_runs(max(numbers[1] if numbers[1:] else 10, FEWEST_ROUNDS), repeated)
