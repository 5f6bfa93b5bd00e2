"""`jitctl` dropped from sys.modules and imported again: hints, ids, callbacks and threads are as they were."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")

PRELUDE = """
import gc, os, sys, time
from look import fresh, tell, valid, until
LOOP = "def target(n):\\n    t = 0\\n    for i in range(n): t += i\\n    return t\\n"
def imported():
    for name in [name for name in sys.modules if name.split(".")[0] == "jitctl"]: del sys.modules[name]
    import jitctl
    return jitctl
def told_by(jitctl, f):
    return jitctl._backend.record(f)["verdict"]
def held():
    ours = [number for number in range(6) if sys.monitoring.get_tool(number) == "jitctl"]
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
    return [len(gc.callbacks), ours, threads]
"""


def test_several_rounds(scene, mode):
    code = """
hinted, seen, states = [], [], []
for turn in range(4):
    jitctl = imported()
    focus, once, ignored = (hint(fresh(LOOP)) for hint in (jitctl.jit_focus, jitctl.jit_once, jitctl.jit_ignore))
    drive = lambda: [f(30) for f in (focus, once, ignored)]
    frozen = until(lambda: told_by(jitctl, once)["code"].endswith("frozen"), drive)
    compiled = until(lambda: told_by(jitctl, focus)["code"] == "compiled", drive)
    ignored(9000)
    states.append([compiled, frozen, told_by(jitctl, ignored)["code"], valid(focus) > 0, valid(ignored)])
    hinted += [focus, once, ignored]
    seen.append(held())
known = [jitctl._backend.record(f) is not None for f in hinted]
undone = [jitctl._backend.undo(f) for f in hinted]
tell(states=states, same=[one == seen[0] for one in seen], callbacks=seen[-1][0], known=all(known), undone=all(undone))
"""
    assert scene(PRELUDE + code, **mode) == {
        "states": [[True, True, "excluded", True, 0]] * 4,
        "same": [True] * 4,
        "callbacks": 1,
        "known": True,
        "undone": True,
    }


def test_what_was_hinted_before_is_kept_in_force(scene, mode):
    code = """
import builtins
jitctl = imported()
f = jitctl.jit_focus(fresh(LOOP))
f(30)
jitctl = imported()
builtins.jitctl_test = 1
del builtins.jitctl_test
dropped = valid(f)
tell(dropped=dropped, again=until(lambda: valid(f), lambda: [f(2) for _ in range(10)]), jit=sys._jit.is_enabled())
"""
    assert scene(PRELUDE + code, **mode) == {"dropped": 0, "again": True, "jit": True}


@pytest.mark.skipif(sys.version_info < (3, 15), reason="the opt-in is the default since 3.15")
def test_the_environment_is_read_again(scene):
    code = """
codes = []
for value in ("0", "1"):
    os.environ["JITCTL_OPT_IN"] = value
    jitctl = imported()
    f = jitctl.jit_focus(fresh(LOOP))
    f(30)
    codes.append(jitctl.stats(f).verdict.code)
tell(codes=codes)
"""
    assert scene(PRELUDE + code) == {"codes": ["jit-off", "compiled"]}
