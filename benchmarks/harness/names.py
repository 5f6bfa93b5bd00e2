"""The names of the kernels and programs of benchmarks/workloads, without running anything."""

import sys

from harness import BENCHMARKS

sys.path.append(str(BENCHMARKS / "workloads"))


def kernel_names() -> list[str]:
    """Return the kernels' names, in their order."""
    from kernels import KERNELS

    return list(KERNELS)


def program_names() -> list[str]:
    """Return the programs' names, in their order."""
    from programs import PROGRAMS

    return list(PROGRAMS)
