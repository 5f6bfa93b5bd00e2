"""The self-test of the compiling backend: what it grants, and that every probe that disagrees refuses the backend.

``JITCTL_COMPILER_FALSIFY=<number>`` makes one probe see the opposite of what is there.
"""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")

HINT = """
import gc, sys
import jitctl
from jitctl import _backend
from twins import tell
@jitctl.jit_focus
def add(x):
    return x + 1
before = add.__call__
told = jitctl.stats(add).verdict
tell(result=add(1), code=told.code, message=told.message, notes=dict(_backend.chosen()["notes"]))
"""


def test_all_is_granted(scene):
    told = scene(HINT)
    assert told["notes"]["self-test"].startswith("granted")
    assert told["code"] == "first-call"


def test_it_leaves_no_trace(scene):
    told = scene(
        HINT
        + """
gc.collect()  # a class is always part of a circle
codes = [getattr(one, "__code__", None) for one in gc.get_objects()]
mine = [one for one in codes if "jitctl self-test" in str(getattr(one, "co_filename", ""))]
tell(mine=len(mine), tools=[sys.monitoring.get_tool(n) for n in range(6)], callbacks=len(gc.callbacks))
"""
    )
    assert (told["mine"], told["tools"], told["callbacks"]) == (0, [None] * 6, 0)


@pytest.mark.parametrize("probe", [0, 1])
def test_without_identity_it_cannot_be_chosen(probe, environment):
    import subprocess
    import sys

    found = subprocess.run(
        [sys.executable, "-c", "import jitctl"],
        env=environment(JITCTL_COMPILER_FALSIFY=str(probe)),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert found.returncode == 1
    last = found.stderr.strip().splitlines()[-1]
    assert f"self-test T{probe}" in last


@pytest.mark.parametrize("probe", range(2, 10))
def test_a_probe_that_disagrees_refuses_every_hint(scene, probe):
    told = scene(HINT, JITCTL_COMPILER_FALSIFY=str(probe))
    assert told["code"] == "self-test"
    assert told["message"].startswith(f"self-test T{probe}: ")
    assert told["result"] == 2
    assert told["notes"] == {"self-test": told["message"]}


def test_an_active_tracer_does_not_matter_and_sees_nothing(scene):
    told = scene(
        """
import sys
seen = set()
def trace(frame, event, argument):
    seen.add(frame.f_code.co_filename)
    return trace
sys.settrace(trace)
sys.monitoring.use_tool_id(3, "t")
sys.monitoring.register_callback(3, sys.monitoring.events.CALL, lambda code, *a: seen.add(code.co_filename))
sys.monitoring.set_events(3, sys.monitoring.events.CALL)
"""
        + HINT
        + "tell(seen=[name for name in seen if 'self-test' in name])"
    )
    assert told["notes"]["self-test"].startswith("granted")
    assert told["seen"] == []


def test_memory_that_may_not_be_executed_refuses(scene):
    told = scene(
        """
import ctypes, sys
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1
forbidden = ctypes.CDLL(None).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0
from twins import tell
tell(forbidden=forbidden)
"""
        + HINT
    )
    if not told["forbidden"]:
        pytest.skip("this kernel cannot forbid memory that becomes executable")
    assert told["code"] == "self-test"
    assert "no memory that is written and then executed" in told["message"]
    assert told["result"] == 2


def test_address_space_that_is_used_up(scene):
    told = scene(
        """
import resource, jitctl
from jitctl import jit_focus
from twins import tell
@jit_focus
def first(x):
    return x
first(1)
def second(x):
    return x
jit_focus(second)
with open("/proc/self/statm") as file: used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used, resource.RLIM_INFINITY))
result = second(1)
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
tell(result=result, code=jitctl.stats(second).verdict.code)
"""
    )
    # where the allocator still had room, it is compiled
    assert told["result"] == 1
    assert told["code"] in ("code-memory", "compiled", "internal")
