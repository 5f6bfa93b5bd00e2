"""Tracers, profilers and monitoring tools that begin in a callee of a compiled function."""

import cProfile
import io
import pstats
import sys

from common_user import plain
from twins import outer


def tracer(ev):
    def trace(f, e, a):
        ev.append((f.f_code.co_name, e, f.f_lineno))
        return trace

    return trace


@plain
def tracing_begins(g):
    ev = []
    trace = tracer(ev)

    def look(x):
        sys.settrace(trace)
        sys._getframe(1).f_trace = trace
        return x

    def look2(x):
        return x

    g["look"], g["look2"] = look, look2
    try:
        r = outer(g["user"], 1, 2)
    finally:
        sys.settrace(None)
    return r, [e for e in ev if e[0] in ("user", "look2", "look")]


@plain
def tracing_begins_elsewhere(g):
    ev = []
    trace = tracer(ev)

    def look(x):
        sys.settrace(trace)
        return x

    g["look"] = look
    try:
        r = outer(g["user"], 1, 2), outer(g["user"], 3, 4)
    finally:
        sys.settrace(None)
    return r, [e for e in ev if e[0] == "user"]


@plain
def tracing_of_opcodes(g):
    ev = []
    trace = tracer(ev)

    def look(x):
        f = sys._getframe(1)
        f.f_trace_opcodes = True
        f.f_trace = trace
        sys.settrace(trace)
        return x

    g["look2"] = look
    try:
        r = outer(g["user"], 1, 2)
    finally:
        sys.settrace(None)
    return r, [e for e in ev if e[0] == "user"]


@plain
def tracer_jumps(g):
    n = []

    def trace(f, e, a):
        if e == "line" and f.f_lineno == 6 and not n:
            n.append(1)
            f.f_lineno = 3
        return trace

    def look(x):
        if not n:
            sys.settrace(trace)
            sys._getframe(1).f_trace = trace
        return x

    g["look"] = look
    try:
        return outer(g["user"], 1, 2), n
    finally:
        sys.settrace(None)


@plain
def profiling_begins(g):
    ev = []

    def profile(f, e, a):
        ev.append((f.f_code.co_name, e, getattr(a, "__name__", a)))

    def look(x):
        sys.setprofile(profile)
        return x

    g["look"], g["look2"] = look, len
    try:
        outer(g["user"], 1, 2)
    finally:
        sys.setprofile(None)
    return [e for e in ev if e[0] == "user"]


def monitored(g, begin, end):
    ev, mon = [], sys.monitoring
    mon.use_tool_id(3, "t")
    mon.register_callback(3, mon.events.LINE, lambda c, n: ev.append((c.co_name, n)))
    mon.register_callback(3, mon.events.PY_RETURN, lambda c, o, r: ev.append((c.co_name, o, repr(r))))

    def look(x):
        begin(mon, g["user"].__code__)
        return x

    g["look"] = look
    try:
        outer(g["user"], 1, 2)
        g["look"] = lambda x: x
        outer(g["user"], 3, 4)
    finally:
        end(mon, g["user"].__code__)
        mon.free_tool_id(3)
    outer(g["user"], 5, 6)
    return [e for e in ev if e[0] == "user"]


@plain
def monitoring_begins(g):
    return monitored(
        g, lambda m, c: m.set_events(3, m.events.LINE | m.events.PY_RETURN), lambda m, c: m.set_events(3, 0)
    )


@plain
def local_events_begin(g):
    def begin(m, code):
        m.set_local_events(3, code, m.events.LINE | m.events.PY_RETURN)

    return monitored(g, begin, lambda m, c: m.set_local_events(3, c, 0)), monitored(
        g, begin, lambda m, c: m.set_local_events(3, c, 0)
    )


@plain
def raise_events_begin(g):
    ev, mon = [], sys.monitoring
    mon.use_tool_id(3, "t")
    mon.register_callback(3, mon.events.RAISE, lambda c, o, e: ev.append((c.co_name, o, repr(e))))
    mon.register_callback(3, mon.events.PY_UNWIND, lambda c, o, e: ev.append((c.co_name, o, repr(e))))

    def look(x):
        mon.set_events(3, mon.events.RAISE | mon.events.PY_UNWIND)
        raise ValueError

    g["look"] = look
    try:
        outer(g["user"], 1, 2)
    except ValueError:
        pass
    finally:
        mon.set_events(3, 0)
        mon.free_tool_id(3)
    return [e for e in ev if e[0] == "user"]


@plain
def profiler(g):
    p = cProfile.Profile()

    def look(x):
        p.enable()
        return x

    def look2(x):
        p.disable()
        return x

    g["look"], g["look2"] = look, look2
    outer(g["user"], 1, 2)
    return sorted(k[2] for k in p.getstats() and pstats.Stats(p, stream=io.StringIO()).stats)
