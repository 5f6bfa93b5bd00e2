"""(a) Kernels: interpreter, PYTHON_JIT=1, hinted in a process with the JIT off, hinted with it on."""

from functools import partial
from statistics import median

from kernels import KERNELS
from modes import MODES, child, geomean, interleaved, progress


def run(rounds):
    """Return {"kernels": {name: {mode: ns}}, "geomeans": {mode: speed against the interpreter}}."""
    kernels = {}
    for name in KERNELS:
        progress(f"kernel {name}")
        jobs = {
            mode: partial(child, "kernel_child.py", name, int(hinted), environment=environment)
            for mode, (environment, hinted) in MODES.items()
        }
        found = interleaved(jobs, rounds)
        answers = {one["result"] for many in found.values() for one in many}
        if len(answers) != 1:
            raise RuntimeError(f"kernel {name}: results differ between modes: {answers}")
        kernels[name] = {mode: median(one["ns"] for one in many) for mode, many in found.items()}
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
