"""(c) What hints cost: per function, per maintenance step, at the first hint where the JIT is off, and per call."""

from statistics import median

from modes import MODES, child

WAYS = ("hinted", "hinted, PYTHON_JIT=1")


def run(rounds):
    """Return {way: {what: number}}, medians over processes."""
    found = {}
    for way in WAYS:
        runs = [child("cost_child.py", environment=MODES[way][0]) for _ in range(rounds)]
        found[way] = {
            what: median(values) if None not in (values := [run[what] for run in runs]) else None for what in runs[0]
        }
    return found
