"""What the tests of test_jit_state.py have fresh interpreters run."""

import json
import sys

from look import fresh, tell
from parts import part

import jitctl
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
    f = jitctl.jit_focus(fresh("def target(n):\n    for i in range(n):\n        i + 1\n"))
    for _ in range(100):
        f(100)
    return f


if part("the_process_itself"):
    before = said()
    f = hinted()
    tell(before=before, after=said())
elif part("forbidden"):
    f = hinted()
    tell(after=said(), jit=diagnosis().jit.to_dict())
elif part("suspended_by_jitctl_while_a_tracer_is_active"):
    f = hinted()
    before = said()

    def tracer(*_):
        return tracer

    sys.settrace(tracer)
    for _ in range(100000):  # until a step of maintenance has seen the tracer
        f(10)
        if not sys._jit.is_enabled():
            break
    jit = jitctl.stats().to_dict()["jit"]
    sys.settrace(None)
    tell(before=before, jit=jit)
elif part("switched_on_under_a_tracer_that_follows_single_instructions"):
    from look import until

    first, second = hinted(), jitctl.jit_ignore(fresh("def target(n):\n    for i in range(n):\n        i + 1\n"))
    second(5)
    jitctl._backend.undo(first)
    jitctl._backend.undo(second)
    del first, second
    off = until(lambda: not sys._jit.is_enabled())

    def twin(n):
        k = 0
        for i in range(n):
            k += i
        return k

    found = []

    def tracer(frame, what, value):
        if frame.f_code is not twin.__code__:
            return None
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
elif part("the_doctor_says_whether_a_hint_will_switch_it_on"):
    found = diagnosis()
    tell(summary=found.summary, on=found.jit.on)
