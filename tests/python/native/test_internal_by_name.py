"""Where the native backend is not the default: without a JIT it can freeze what was specialised, and nothing more."""

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.implementation.name != "cpython" or sys.version_info[:2] != (3, 13), reason="3.13 only"
)

CODE = """
import gc, json, sys, time
import jitctl
from jitctl import _backend, jit_focus, jit_ignore, jit_once
def make():
    space = {}
    exec("def f(l):\\n t = l[0]\\n for a in l: t = t + a\\n return t", space)
    return space["f"]
once, focus, ignored = jit_once(make()), jit_focus(make()), jit_ignore(make())
for _ in range(100): once([1, 2, 3])
for _ in range(8):
    time.sleep(0.06)
    gc.collect()
names = dict(_backend.chosen()["notes"])
raw = once.__code__._co_code_adaptive[::2]
for _ in range(500): once([1.5, 2.5])
verdicts = [_backend.record(f)["verdict"] for f in (once, focus, ignored)]
frozen = raw == once.__code__._co_code_adaptive[::2]
_backend.undo(once)
for _ in range(500): once([1.5, 2.5])
print(json.dumps([[v["status"], v["code"]] for v in verdicts] + [frozen, raw != once.__code__._co_code_adaptive[::2]]))
"""


def test_it_freezes_where_it_is_named(run):
    import json

    import jitctl

    home = str(Path(jitctl.__file__).resolve().parents[1])
    found = run("-c", CODE, PYTHONPATH=home, JITCTL_BACKEND="native")
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout)
    assert told == [["applied", "frozen"], ["unsupported", "no-jit"], ["applied", "nothing-compiles"], True, True]
