"""What the tests of test_tool_ids.py have fresh interpreters run."""

import sys

from look import fresh, tell, until, valid
from parts import part

import jitctl
from jitctl import _backend, jit_focus, jit_ignore, jit_once

m = sys.monitoring
heard = []
LOOP = "def target(n):\n    t = 0\n    for i in range(n): t += i\n    return t\n"


def verdict(f):
    return _backend.record(f)["verdict"]


def ours():
    return [number for number in range(6) if m.get_tool(number) == "jitctl"]


def take(number):
    m.free_tool_id(number)
    m.use_tool_id(number, "another")
    for name in ("PY_START", "PY_RESUME", "PY_RETURN", "JUMP", "LINE", "INSTRUCTION", "CALL"):
        m.register_callback(number, getattr(m.events, name), lambda *what: heard.append(what))


def local(*functions):
    theirs = [number for number in range(6) if m.get_tool(number) == "another"]
    return [m.get_local_events(number, f.__code__) for number in theirs for f in functions]


ignored, once, focus = jit_ignore(fresh(LOOP)), jit_once(fresh(LOOP)), jit_focus(fresh(LOOP))


def drive(*functions):
    for f in functions or (ignored, once, focus):
        f(30)


until(lambda: verdict(once)["code"].endswith("frozen") and verdict(focus)["code"] == "compiled", drive)


def all_events():
    return {
        name: sum(m.get_local_events(number, f.__code__) for number in ours())
        for name, f in (("ignored", ignored), ("once", once))
    }


if part("an_id_that_another_tool_took"):
    before = ours()
    for number in before:
        take(number)
    more = [hint(fresh(LOOP)) for hint in (jit_focus, jit_once, jit_ignore)]
    drive(*more)
    again = until(lambda: all_events()["ignored"], drive)
    # giving an id back drops all compiled code
    refrozen = until(lambda: verdict(once)["code"].endswith("frozen"), drive)
    for f in (ignored, once, focus, *more):
        f(6000)
    statuses = [verdict(f)["status"] for f in (ignored, focus, more[0], more[2])]
    for f in more:
        _backend.undo(f)
    tell(
        again=again,
        disjoint=not set(ours()) & set(before),
        local=sum(local(ignored, once, focus, *more)),
        heard=len(heard),
        out=valid(ignored),
        statuses=statuses,
        once=refrozen,
    )
elif part("an_id_that_somebody_freed_is_taken_again"):
    before = ours()
    for number in before:
        m.free_tool_id(number)
    back = until(lambda: all_events()["ignored"], drive)
    had_once = until(lambda: all_events()["once"] or sys.version_info < (3, 15), drive)
    ignored(9000)
    tell(back=back, once=had_once, out=valid(ignored), ours=len(ours()) <= len(before))
elif part("no_id_is_left"):
    for number in (3, 4, 5):
        if m.get_tool(number) == "jitctl":
            take(number)
        else:
            m.use_tool_id(number, "another")
    refused = until(lambda: verdict(ignored)["code"] == "monitoring-ids-taken", drive)
    tell(refused=refused, status=verdict(ignored)["status"], new=jitctl.stats(jit_ignore(fresh(LOOP))).verdict.code)
    f = jit_focus(fresh(LOOP))
    f(30)
    tell(focus=[jitctl.stats(f).verdict.code, valid(f)], local=sum(local(ignored, once, focus, f)), heard=len(heard))
    for number in (3, 4, 5):
        m.free_tool_id(number)
    again = until(lambda: verdict(ignored)["code"] == "excluded", drive)
    ignored(9000)
    tell(again=again, out=valid(ignored))
