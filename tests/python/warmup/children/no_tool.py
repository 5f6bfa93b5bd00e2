"""Every tool identifier of sys.monitoring is taken before the hint."""

import sys

from jitctl import _router, jit_focus

for i in range(6):
    sys.monitoring.use_tool_id(i, f"other {i}")
f = jit_focus(sample_args=(1,))(lambda n: n + 1)
print(f(1), _router.backend.record(f)["verdict"])
