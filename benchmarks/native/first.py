"""(b) How soon: iterations and calls until machine code exists, and the time they take, against CPython's own."""

from modes import MODES, child


def run(rounds):
    """Return {way: {shape: {"iterations", "milliseconds"}}}; None where nothing was compiled."""
    found = {}
    for way in ("PYTHON_JIT=1", "hinted", "hinted, PYTHON_JIT=1"):
        environment, hinted = MODES[way]
        runs = [child("first_child.py", int(hinted), environment=environment) for _ in range(rounds)]
        found[way] = {shape: min((run[shape] for run in runs), key=lambda one: one["ms"] or 0) for shape in runs[0]}
    return found
