"""What callees see of a compiled caller, and what they do to it."""

import contextlib
import cProfile
import faulthandler
import gc
import inspect
import io
import logging
import pstats
import sys
import tempfile
import threading
import traceback
import warnings
import weakref

from twins import outer, scene

SOURCE = """
def user(a, b):
    c = a + b
    r = look(c)
    d = [r]
    s = look2(
        d)
    return (a, b, c, r, d, s)
"""
plain = scene(SOURCE, "user", "user(1, 2)", look=lambda x: x, look2=lambda x: x)


def norm(values):
    return {key: repr(value) for key, value in values.items()}


@plain
def looks(g):
    log = []

    def look(x):
        f = sys._getframe(1)
        back = f.f_back
        log.append((f.f_code.co_name, f.f_lineno, f.f_lasti, norm(f.f_locals), back.f_code.co_name, back.f_lineno))
        log.append((f.f_globals is g, f.f_code is g["user"].__code__, sys._getframemodulename(1), f.f_trace))
        log.append((getattr(f, "f_generator", None), list(f.f_code.co_positions())[f.f_lasti // 2]))
        log.append([(i.function, i.lineno, i.code_context) for i in inspect.stack()[:3]])
        log.append(traceback.extract_stack().format()[-3:-1])
        with warnings.catch_warnings(record=True) as w:
            warnings.simplefilter("always")
            warnings.warn("x", stacklevel=2)
            log.append((w[0].lineno, w[0].filename))
        log.append(logging.getLogger().findCaller(stacklevel=2)[:3])
        return x

    g["look"] = g["look2"] = look
    return outer(g["user"], 1, 2), log


@plain
def keeps(g):
    kept = []

    def look(x):
        kept.append(sys._getframe(1))
        return x

    g["look"] = g["look2"] = look
    r = outer(g["user"], 1, 2)
    first, second = kept
    back = first.f_back and first.f_back.f_code.co_name
    seen = (first is second, first.f_lineno, norm(first.f_locals), first.f_code.co_name, back, gc.is_tracked(first))
    gc.collect()
    first.clear()
    return r, seen, dict(first.f_locals)


@plain
def writes_locals(g):
    def look(x):
        sys._getframe(1).f_locals["a"] = 100
        sys._getframe(1).f_locals["new"] = 5
        return sys._getframe(1).f_locals["new"]

    g["look"] = look
    return outer(g["user"], 1, 2)


@plain
def writes_locals_late(g):
    def look(x):
        sys._getframe(1).f_locals["r"] = [1]
        return x

    g["look2"] = look
    return outer(g["user"], [1], [2])


@plain
def writes_a_number(g):
    def look(x):
        sys._getframe(1).f_locals["c"] = "other"
        return x

    g["look"] = look
    return outer(g["user"], 1, 2), outer(g["user"], 1.5, 2.5)


@plain
def clears_running(g):
    def look(x):
        try:
            sys._getframe(1).clear()
        except RuntimeError as e:
            return str(e)

    g["look"] = look
    return outer(g["user"], 1, 2)


@plain
def collects(g):
    kept = []

    class C:
        pass

    def look(x):
        c = C()
        c.c = c
        c.f = sys._getframe(1)
        kept.append(weakref.ref(c))
        del c
        gc.collect()
        gc.collect(1)
        _ = [[] for _ in range(20000)]
        return kept[-1]() is None

    g["look"] = g["look2"] = look
    return outer(g["user"], [1], [2]), [k() is None for k in kept]


@plain
def cycle_through_frame(g):
    def look(x):
        sys._getframe(1).f_locals["a"].append(sys._getframe(1))
        return 1

    g["look"] = look

    class L(list):
        pass

    one = L()
    weak = weakref.ref(one)
    r = outer(g["user"], one, [2])
    n = len(r[0])
    del one, r
    gc.collect()
    return n, weak() is None


def entries(e):
    out, t = [], e.__traceback__
    while t:
        f = t.tb_frame
        seen = norm(f.f_locals) if f.f_code.co_name == "user" else 0
        out.append((f.f_code.co_name, t.tb_lineno, t.tb_lasti, seen, f.f_back and f.f_back.f_code.co_name))
        t = t.tb_next
    return out, [line for line in traceback.format_exception(e) if "user.py" in line or "look" in line]


def raises(g, *arguments):
    try:
        outer(g["user"], *arguments)
    except Exception as e:
        return type(e).__name__, str(e), entries(e)[0][1:], entries(e)[1]


@plain
def exception(g):
    def look(x):
        raise ValueError(x)

    g["look"] = look
    first = raises(g, 1, 2)
    g["look"] = lambda x: x
    g["look2"] = look
    return first, raises(g, 1, 2)


@plain
def exception_of_c(g):
    g["look"] = int
    return raises(g, "x", "y")


@plain
def exception_of_an_operator(g):
    return raises(g, 1, "y"), raises(g, None, None)


@plain
def name_that_is_gone(g):
    del g["look2"]
    return raises(g, 1, 2)


@plain
def generators(g):
    def gen():
        while 1:
            yield sys._getframe(1).f_code.co_name, sys._getframe().f_back.f_lineno

    it = gen()
    g["look"] = lambda x: next(it)
    g["look2"] = lambda x: (it, it.gi_frame.f_back, next(it))[1:]
    r = outer(g["user"], 1, 2)
    g["look"] = lambda x: (lambda: (yield sys._getframe(1).f_code.co_name))()
    return r, outer(g["user"], 1, 2)[3].send(None), it.gi_frame.f_back


@plain
def next_directly(g):
    def gen():
        yield sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno
        yield 2

    it = gen()
    g["look"] = lambda x: it
    g["look2"] = lambda x: next(x[0])
    return outer(g["user"], 1, 2)[5]


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
def faults(g):
    out = []

    def look(x):
        with tempfile.TemporaryFile() as t:
            faulthandler.dump_traceback(t, all_threads=False)
            t.seek(0)
            out.append(t.read().decode().splitlines()[2:4])
        return x

    g["look"] = g["look2"] = look
    outer(g["user"], 1, 2)
    return out


@plain
def another_thread_looks(g):
    out, me = [], threading.get_ident()

    def look(x):
        def other():
            f = sys._current_frames()[me]
            while f.f_code.co_name != "user":
                f = f.f_back
            out.append((f.f_lineno, norm(f.f_locals), f.f_back.f_code.co_name))
            gc.collect()

        t = threading.Thread(target=other)
        t.start()
        t.join()
        return x

    g["look"] = g["look2"] = look
    return outer(g["user"], [1], [2]), out


@plain
def builtins_that_look(g):
    g["look"] = eval
    r = [outer(g["user"], "a + ", "b")]
    g["look"] = lambda x: x

    def k(x):
        return eval("a", sys._getframe(1).f_globals, sys._getframe(1).f_locals)

    g["look2"] = k
    r.append(outer(g["user"], 1, 2))
    g["look"], g["look2"] = __import__, len
    r.append(outer(g["user"], "col", "lections")[3].__name__)
    g["look"], g["look2"] = exec, lambda x: x
    r.append(outer(g["user"], "global zz; zz = ", "a"))
    r.append(g.get("zz"))
    return r


@plain
def recursion(g):
    n = [0]

    def look(x):
        n[0] += 1
        if n[0] < 150:
            return outer(g["user"], 1, 2)[2]
        return len(inspect.stack(0)) - base

    base = len(inspect.stack(0))
    g["look"] = look
    r = outer(g["user"], 1, 2)
    kept = []

    def look3(x):
        kept.append(sys._getframe(1))
        return g["user"](x, 0) if len(kept) < 300 else 1

    g["look"] = look3
    outer(g["user"], 1, 2)
    gc.collect()
    return r, n, [f.f_locals["a"] for f in kept][:4], len(kept), kept[-1].f_back.f_back is kept[-2]


@plain
def too_deep(g):
    g["look"] = lambda x: g["user"](1, 2)
    try:
        outer(g["user"], 1, 2)
    except RecursionError as e:
        return str(e)[:32]


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


@plain
def leaks(g):
    class A(list):
        pass

    a, kept, k = A(), [], [0]
    user = g["user"]

    def look(x):
        k[0] += 1
        if k[0] % 3 == 0:
            sys._getframe(1)
        if k[0] % 5 == 0:
            kept.append(sys._getframe(1))
        if k[0] % 7 == 0:
            raise ValueError
        return x

    g["look"] = g["look2"] = look
    before = sys.getrefcount(a), sys.getrefcount(user)
    for i in range(3000):
        with contextlib.suppress(ValueError):
            outer(user, a, [2])
        if i % 100 == 0:
            kept.clear()
    kept.clear()
    gc.collect()
    return [after - then for after, then in zip((sys.getrefcount(a), sys.getrefcount(user)), before, strict=False)]
