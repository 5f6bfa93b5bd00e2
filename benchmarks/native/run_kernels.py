"""(a) Kernels: interpreter, PYTHON_JIT=1, hinted in a process with the JIT off, hinted with it on."""

from itertools import cycle

from kernels import KERNELS
from modes import MODES, child, geomean, interleaved, progress

#: iterations before the measured ones: each process of a mode starts its traces at another
PHASES = 4


def job(name, environment, hinted):
    """Return a callable that times one process, each time in the next phase."""
    phases = cycle(range(PHASES))
    return lambda: child("kernel_child.py", name, int(hinted), next(phases), environment=environment)


def run(rounds):
    """Return {"kernels": {name: {mode: ns}}, "geomeans": {mode: speed against the interpreter}}."""
    kernels = {}
    for name in KERNELS:
        progress(f"kernel {name}")
        jobs = {mode: job(name, environment, hinted) for mode, (environment, hinted) in MODES.items()}
        found = interleaved(jobs, rounds)
        answers = {one["result"] for many in found.values() for one in many}
        if len(answers) != 1:
            raise RuntimeError(f"kernel {name}: results differ between modes: {answers}")
        kernels[name] = {mode: geomean(one["ns"] for one in many) for mode, many in found.items()}
    speeds = {mode: geomean([times["interpreter"] / times[mode] for times in kernels.values()]) for mode in MODES}
    hinted_to_jit = geomean([times["PYTHON_JIT=1"] / times["hinted"] for times in kernels.values()])
    steady = geomean([times["PYTHON_JIT=1"] / times["hinted, PYTHON_JIT=1"] for times in kernels.values()])
    return {
        "rounds": rounds,
        "kernels": kernels,
        "geomeans": speeds,
        "hinted to PYTHON_JIT=1": hinted_to_jit,
        "focus to natural, JIT on": steady,
    }
