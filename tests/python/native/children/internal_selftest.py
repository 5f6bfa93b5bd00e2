"""What the tests of test_internal_selftest.py have fresh interpreters run."""

import gc
import sys
import time

from look import tell, valid
from parts import part

enabled = sys._jit.is_enabled()


def focused():
    """Give a function that was hinted and then called, and the verdict on it."""
    space = {}
    exec("def f(n):\n t = 0\n for i in range(n): t += i\n return t", space)
    f = jit_focus(space["f"])
    for _ in range(40):
        f(10)
    return f, _backend.record(f)["verdict"]


if part("a_tracer_postpones_it"):
    sys.settrace(lambda *a: None)

from jitctl import _backend, jit_focus  # noqa: E402 - its import runs the self-test, with what stands above

notes = dict(_backend.chosen()["notes"]) if _backend.chosen()["name"] == "native" else {}
tell(name=_backend.chosen()["name"], notes=notes, enabled=[enabled, sys._jit.is_enabled()])

if part("the_grants"):
    pass  # told above
elif part("it_leaves_no_trace"):
    codes = [getattr(one, "__code__", None) for one in gc.get_objects()]
    mine = [one for one in codes if "jitctl self-test" in str(getattr(one, "co_filename", ""))]
    del codes
    # CPython frees executors late; and with the JIT on, this very loop is compiled.
    executors = [one for one in gc.get_objects() if type(one).__name__ == "uop_executor" and one.is_valid()]
    executors = [] if sys._jit.is_enabled() else executors
    tell(
        mine=len(mine),
        executors=len(executors),
        tools=[sys.monitoring.get_tool(n) for n in range(6)],
        callbacks=len(gc.callbacks),
        warm=sys._jit.is_active(),
    )
elif part("a_focus"):
    f, verdict = focused()
    tell(status=verdict["status"], code=verdict["code"], compiled=valid(f), on=sys._jit.is_enabled())
elif part("a_tracer_postpones_it"):
    f, verdict = focused()
    tell(first=verdict["status"], code=verdict["code"])
    sys.settrace(None)
    f(1)  # CPython takes the tool's instructions out when the function is next called
    end = time.monotonic() + 120
    while verdict["status"] != "applied" and time.monotonic() < end:
        time.sleep(0.06)
        gc.collect()  # which takes a step of maintenance
        for _ in range(40):
            f(10)
        verdict = _backend.record(f)["verdict"]
    tell(status=verdict["status"], compiled=valid(f), notes=dict(_backend.chosen()["notes"]))
