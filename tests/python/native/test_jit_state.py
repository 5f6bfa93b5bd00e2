"""Whether the JIT is on now, and by whom: the same in headline, table, HTML, dict, JSON and the doctor."""

import pytest

pytestmark = pytest.mark.usefixtures("native")

PRELUDE = """
import json, sys, jitctl
from look import fresh, tell
from jitctl._cli.doctor import diagnosis
def said():
    found = jitctl.stats()
    data = found.to_dict()
    assert data == json.loads(found.to_json())
    jit = data["jit"]
    assert jit["on"] == data["interpreter"]["jit_enabled"] == sys._jit.is_enabled()
    for text in (str(found), found._repr_html_(), repr(found), found.headline, data["headline"]):
        assert " ".join(jit["text"].split()) in " ".join(text.split()), text
    return [jit["built"], jit["on"], jit["by"]]
def hinted():
    f = jitctl.jit_focus(fresh("def target(n):\\n    for i in range(n):\\n        i + 1\\n"))
    for _ in range(100): f(100)
    return f
"""


def test_the_process_itself(scene):
    told = scene(PRELUDE + "before = said(); f = hinted(); tell(before=before, after=said())", PYTHON_JIT="1")
    assert told == {"before": [True, True, "process"], "after": [True, True, "process"]}


def test_off_until_jitctl_switches_it_on(scene):
    told = scene(PRELUDE + "before = said(); f = hinted(); tell(before=before, after=said())", JITCTL_OPT_IN="1")
    assert told == {"before": [True, False, "process"], "after": [True, True, "jitctl"]}


def test_forbidden(scene):
    told = scene(PRELUDE + "f = hinted(); tell(after=said(), jit=diagnosis().jit.to_dict())", JITCTL_OPT_IN="0")
    assert told["after"] == [True, False, "process"]
    assert told["jit"] == {"built": True, "on": False, "by": "process", "text": "JIT built, off"}


def test_suspended_by_jitctl_while_a_tracer_is_active(scene):
    code = """
f = hinted()
before = said()
def tracer(*_): return tracer
sys.settrace(tracer)
for _ in range(100000):  # until a step of maintenance has seen the tracer
    f(10)
    if not sys._jit.is_enabled(): break
jit = jitctl.stats().to_dict()["jit"]
sys.settrace(None)
tell(before=before, jit=jit)
"""
    told = scene(PRELUDE + code, JITCTL_OPT_IN="1")
    assert told["before"] == [True, True, "jitctl"]
    assert (told["jit"]["on"], told["jit"]["by"]) == (False, "tracer")
    assert "switched off by jitctl while a tracing tool is active" in told["jit"]["text"]


def test_switched_on_under_a_tracer_that_follows_single_instructions(scene):
    # CPython loses its events in code where events of another tool come and go: a hint may set none in other functions.
    code = """
from look import until
first, second = hinted(), jitctl.jit_ignore(fresh("def target(n):\\n    for i in range(n):\\n        i + 1\\n"))
second(5)
jitctl._backend.undo(first)
jitctl._backend.undo(second)
del first, second
off = until(lambda: not sys._jit.is_enabled())
def twin(n):
    k = 0
    for i in range(n): k += i
    return k
found = []
def tracer(frame, what, value):
    if frame.f_code is not twin.__code__: return None
    frame.f_trace_opcodes = True
    found.append(what)
    return tracer
def events():
    found.clear()
    twin(5)
    return found.count("opcode"), found.count("line")
sys.settrace(tracer)
before = events()
f = hinted()
after = events()
sys.settrace(None)
on = until(sys._jit.is_enabled, lambda: f(100))
tell(off=off, before=before, after=after, on=on)
"""
    told = scene(PRELUDE + code, JITCTL_OPT_IN="1")
    assert told["off"]
    assert told["after"] == told["before"]
    assert told["before"][0] > told["before"][1] > 0
    assert told["on"]


@pytest.mark.parametrize(("value", "switches"), [("1", True), ("0", False)])
def test_the_doctor_says_whether_a_hint_will_switch_it_on(scene, value, switches):
    told = scene(PRELUDE + "found = diagnosis(); tell(summary=found.summary, on=found.jit.on)", JITCTL_OPT_IN=value)
    assert told["on"] is False
    assert ("JIT built, off until the first focus or once switches it on" in told["summary"]) is switches
