"""What the tests of test_imported_anew.py have fresh interpreters run."""

import gc
import json
import os
import sys

from parts import part


def make():
    """Give a function whose code no other one has."""

    def work(n):
        total = 0
        for i in range(n):
            total += i
        return total

    work.__code__ = work.__code__.replace()
    return work


def imported():
    """Import jitctl anew."""
    for name in [name for name in sys.modules if name.split(".")[0] == "jitctl"]:
        del sys.modules[name]
    import jitctl

    return jitctl


if part("jitctl_is_imported_several_times"):
    first = {hint: getattr(imported(), f"jit_{hint}")(make()) for hint in ("focus", "once", "ignore")}
    for _ in range(4):
        jitctl = imported()
        verdicts = {}
        for hint in ("focus", "once", "ignore"):
            function = getattr(jitctl, f"jit_{hint}")(make())
            for _ in range(500):
                assert function(100) == 4950
            verdict = jitctl.stats(function).verdict
            verdicts[hint] = (verdict.status, verdict.code)
        monitoring = getattr(sys, "monitoring", None)
        ids = [monitoring.get_tool(number) for number in range(6)] if monitoring else []
        kept = {hint: jitctl.stats(function).hint for hint, function in first.items()}
        backend = jitctl._backend.chosen()["name"]
        found = {
            "verdicts": verdicts,
            "callbacks": len(getattr(gc, "callbacks", ())),
            "ids": ids,
            "kept": kept,
            "backend": backend,
        }
        print(json.dumps(found))
    for function in first.values():
        assert jitctl._backend.undo(function)
elif part("another_setting_is_heeded_by_a_new_import"):
    jitctl = imported()

    @jitctl.jit_focus
    def f():
        pass

    os.environ["JITCTL_DISABLE"] = "1"
    jitctl = imported()

    @jitctl.jit_focus
    def g():
        pass

    print(jitctl._backend.chosen()["disabled"], jitctl.stats(g).verdict.code, jitctl.stats(f).hint)
