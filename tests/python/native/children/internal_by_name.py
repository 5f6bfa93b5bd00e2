"""What the tests of test_internal_by_name.py have fresh interpreters run."""

import gc
import time

from look import tell
from parts import part

from jitctl import _backend, jit_focus, jit_ignore, jit_once


def make():
    space = {}
    exec("def f(l):\n t = l[0]\n for a in l: t = t + a\n return t", space)
    return space["f"]


if part("it_freezes_where_it_is_named"):
    once, focus, ignored = jit_once(make()), jit_focus(make()), jit_ignore(make())
    for _ in range(100):
        once([1, 2, 3])
    for _ in range(8):
        time.sleep(0.06)
        gc.collect()
    raw = once.__code__._co_code_adaptive[::2]
    for _ in range(500):
        once([1.5, 2.5])
    verdicts = [_backend.record(f)["verdict"] for f in (once, focus, ignored)]
    frozen = raw == once.__code__._co_code_adaptive[::2]
    _backend.undo(once)
    for _ in range(500):
        once([1.5, 2.5])
    thawed = raw != once.__code__._co_code_adaptive[::2]
    tell(verdicts=[[v["status"], v["code"]] for v in verdicts], frozen=frozen, thawed=thawed)
