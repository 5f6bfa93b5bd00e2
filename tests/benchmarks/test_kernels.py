"""Kernels: they can do what the worker asks of each of them."""

import harness.names  # puts benchmarks/workloads on the path
from kernels import KERNELS


def test_kernels_run_for_a_few_iterations_too():
    assert harness.names.kernel_names() == list(KERNELS)
    for _, run in KERNELS.values():
        # Rounds begin with 0 to 3 iterations (PHASES of workers/kernel.py), which shift where a trace starts.
        for few in range(1, 4):
            run(few)
        assert run(2_000) == run(2_000)
