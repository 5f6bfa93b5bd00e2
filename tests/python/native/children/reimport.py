"""What the tests of test_reimport.py have fresh interpreters run."""

import gc
import os
import sys

from look import fresh, tell, until, valid
from parts import part

LOOP = "def target(n):\n    t = 0\n    for i in range(n): t += i\n    return t\n"


def imported():
    for name in [name for name in sys.modules if name.split(".")[0] == "jitctl"]:
        del sys.modules[name]
    import jitctl

    return jitctl


def told_by(jitctl, f):
    return jitctl._backend.record(f)["verdict"]


def held():
    ours = [number for number in range(6) if sys.monitoring.get_tool(number) == "jitctl"]
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
    return [len(gc.callbacks), ours, threads]


if part("several_rounds"):
    hinted, seen, states = [], [], []
    for _ in range(4):
        jitctl = imported()
        focus, once, ignored = (hint(fresh(LOOP)) for hint in (jitctl.jit_focus, jitctl.jit_once, jitctl.jit_ignore))

        def drive():
            for f in (focus, once, ignored):
                f(30)

        frozen = until(lambda: told_by(jitctl, once)["code"].endswith("frozen"), drive)
        compiled = until(lambda: told_by(jitctl, focus)["code"] == "compiled", drive)
        ignored(9000)
        states.append([compiled, frozen, told_by(jitctl, ignored)["code"], valid(focus) > 0, valid(ignored)])
        hinted += [focus, once, ignored]
        seen.append(held())
    known = [jitctl._backend.record(f) is not None for f in hinted]
    undone = [jitctl._backend.undo(f) for f in hinted]
    tell(
        states=states,
        same=[one == seen[0] for one in seen],
        callbacks=seen[-1][0],
        known=all(known),
        undone=all(undone),
    )
elif part("what_was_hinted_before_is_kept_in_force"):
    import builtins

    jitctl = imported()
    f = jitctl.jit_focus(fresh(LOOP))
    f(30)
    jitctl = imported()
    builtins.jitctl_test = 1
    del builtins.jitctl_test
    dropped = valid(f)
    tell(dropped=dropped, again=until(lambda: valid(f), lambda: [f(2) for _ in range(10)]), jit=sys._jit.is_enabled())
elif part("the_environment_is_read_again"):
    codes = []
    for value in ("0", "1"):
        os.environ["JITCTL_OPT_IN"] = value
        jitctl = imported()
        f = jitctl.jit_focus(fresh(LOOP))
        f(30)
        codes.append(jitctl.stats(f).verdict.code)
    tell(codes=codes)
