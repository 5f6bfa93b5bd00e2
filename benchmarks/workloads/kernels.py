"""The kernels, all together: `KERNELS`: name -> (functions to hint, run(n))."""

import kernels_calls
import kernels_loops

KERNELS = {**kernels_loops.kernel.known, **kernels_calls.kernel.known}
