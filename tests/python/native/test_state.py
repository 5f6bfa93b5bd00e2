"""jitctl.stats(f): the compiled regions of a function, told truly, and reading changes nothing."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
RECORDS = sys.version_info >= (3, 15)

PRELUDE = """
import gc, sys, time, jitctl
from jitctl import _backend, jit_focus, jit_ignore
from look import executors, fresh, graph, opcodes, tell, valid
SOURCE = '''def target(n):
    t = 0
    for i in range(n):
        t += i
    while n:
        n -= 1
        t ^= n
    return t
'''
def regions(f): return [one.to_dict() for one in jitctl.stats(f).tier.regions]
"""


def test_regions_of_two_loops(scene, mode):
    code = """
f = jit_focus(fresh(SOURCE))
before = regions(f)
f(50); f(50)
tell(before=before, regions=regions(f), sizes={str(k): [len(e), len(e.get_jit_code() or b"")]
     for k, e in executors(f).items()}, text=str(jitctl.stats(f).tier))
"""
    told = scene(PRELUDE + code, **mode)
    assert told["before"] == []
    assert len(told["regions"]) == 2
    first, second = sorted(told["regions"], key=lambda one: one["offset"])
    assert (first["line"], second["line"]) == (3, 5)
    assert 3 <= first["last_line"] <= 4
    assert 5 <= second["last_line"] <= 7
    for one in (first, second):
        assert one["kind"] == "loop"
        assert one["valid"] is True
        assert [one["micro_ops"], one["machine_code_bytes"]] == told["sizes"][str(one["offset"])]
        assert one["exits"] > 0
    assert "compiled" in told["text"]


@pytest.mark.skipif(not RECORDS, reason="3.14 compiles loops only")
def test_region_of_an_entry(scene, mode):
    code = """
f = jit_focus(fresh("def target(x):\\n    y = x * 3 + 1\\n    z = y * y - x\\n    return (z + y) * (z - y) + x * z\\n"))
def drive():
    for i in range(40): f(i)
drive()
tell(regions=regions(f))
"""
    (one,) = scene(PRELUDE + code, **mode)["regions"]
    assert (one["kind"], one["line"], one["valid"]) == ("entry", 1, True)


def test_unhinted_and_ignored_have_none(scene, mode):
    code = """
f = jit_ignore(fresh(SOURCE))
f(20_000)
tell(regions=regions(f), text=str(jitctl.stats(f).tier))
try: jitctl.stats(fresh(SOURCE))
except LookupError: tell(unhinted="LookupError")
"""
    told = scene(PRELUDE + code, **mode)
    assert told["regions"] == []
    assert "compiled" not in told["text"]
    assert told["unhinted"] == "LookupError"


def test_what_cpython_threw_away_is_not_valid(scene, mode):
    code = """
f = jit_focus(fresh(SOURCE))
f(50); f(50)
jit_ignore(f)
tell(regions=[one for one in regions(f) if one["valid"]], text=str(jitctl.stats(f).tier))
"""
    told = scene(PRELUDE + code, **mode)
    assert told["regions"] == []
    assert "compiled" not in told["text"]


def test_reading_changes_nothing(scene, mode):
    code = """
f, g = jit_focus(fresh(SOURCE)), jit_focus(fresh(SOURCE))
f(50); f(50)
gc.disable()
def steps(): return dict(_backend.chosen()["notes"])["maintenance"]
def memory(): return f.__code__._co_code_adaptive, g.__code__._co_code_adaptive
def state(): return opcodes(f), graph(f), opcodes(g)
found = []
while len(found) < 40:
    begun = steps()
    raw, before = memory(), state()
    for _ in range(20):
        jitctl.stats(f), jitctl.stats(g), str(jitctl.stats()), jitctl.stats().to_json()
    found.append([memory() == raw, state() == before])
    if steps() == begun: break  # a step of maintenance in between may write
    time.sleep(0.05)
else:
    found = ["never without a step in between"]
tell(same=found[-1])
g(16)
tell(armed=valid(g))
"""
    told = scene(PRELUDE + code, **mode)
    assert told["same"] == [True, True]
    assert told["armed"] >= 1


def test_the_whole_table_and_doctor(scene, mode):
    code = """
import json
fs = [jit_focus(fresh(SOURCE)) for _ in range(5)]
for f in fs: f(50); f(50)
found = jitctl.stats().to_dict()
tell(records=len(found["records"]), backend=found["backend"]["name"], json=len(json.dumps(found)) > 100,
     compiled=sum(len(one["tier"]["regions"]) == 2 for one in found["records"]))
"""
    assert scene(PRELUDE + code, **mode) == {"records": 5, "backend": "native", "json": True, "compiled": 5}


@pytest.mark.skipif(not RECORDS, reason="3.14's exits lead to no code that is entered elsewhere")
def test_code_that_is_entered_and_that_an_exit_leads_to_is_one_region(scene, mode):
    code = """
f = jit_focus(fresh('''def target(n):
    t = 0
    for i in range(n):
        for j in range(i % 5):
            t += j
        if i % 3: t += 1
        else: t -= 1
        while t > 100: t -= 7
    return t
'''))
for _ in range(400): f(100)
import look
traces = [one for one in look._graph(f).values() if len(one) > 1]  # a single one stands for an exit never taken
tell(entered=len(executors(f)), all=len(traces), kinds=[one["kind"] for one in regions(f) if one["valid"]])
"""
    told = scene(PRELUDE + code, **mode)
    assert told["entered"] > 1
    assert len(told["kinds"]) == told["all"]
    assert told["kinds"].count("side-exit") == told["all"] - told["entered"]
