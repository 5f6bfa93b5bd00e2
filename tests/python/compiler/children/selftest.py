"""What the tests of test_selftest.py have fresh interpreters run."""

import ctypes
import gc
import resource
import sys

from parts import part

if part("an_active_tracer_does_not_matter_and_sees_nothing"):
    seen = set()

    def trace(frame, event, argument):
        seen.add(frame.f_code.co_filename)
        return trace

    sys.settrace(trace)
    sys.monitoring.use_tool_id(3, "t")
    sys.monitoring.register_callback(3, sys.monitoring.events.CALL, lambda code, *a: seen.add(code.co_filename))
    sys.monitoring.set_events(3, sys.monitoring.events.CALL)
elif part("memory_that_may_not_be_executed_refuses"):
    PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1
    forbidden = ctypes.CDLL(None).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0

# The library is imported only now: its self-test runs with what stands above.
from twins import tell

import jitctl
from jitctl import _backend

if not part("address_space_that_is_used_up"):

    @jitctl.jit_focus
    def add(x):
        return x + 1

    before = add.__call__
    told = jitctl.stats(add).verdict
    tell(result=add(1), code=told.code, message=told.message, notes=dict(_backend.chosen()["notes"]))

if part("the_grants"):
    pass  # told above
elif part("it_leaves_no_trace"):
    gc.collect()  # a class is always part of a circle
    codes = [getattr(one, "__code__", None) for one in gc.get_objects()]
    mine = [one for one in codes if "jitctl self-test" in str(getattr(one, "co_filename", ""))]
    tell(mine=len(mine), tools=[sys.monitoring.get_tool(n) for n in range(6)], callbacks=len(gc.callbacks))
elif part("an_active_tracer_does_not_matter_and_sees_nothing"):
    tell(seen=[name for name in seen if "self-test" in name])
elif part("memory_that_may_not_be_executed_refuses"):
    tell(forbidden=forbidden)
elif part("address_space_that_is_used_up"):

    @jitctl.jit_focus
    def first(x):
        return x

    first(1)

    def second(x):
        return x

    jitctl.jit_focus(second)
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used, resource.RLIM_INFINITY))
    result = second(1)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    tell(result=result, code=jitctl.stats(second).verdict.code)
