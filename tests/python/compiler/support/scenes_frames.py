"""What callees see of a compiled caller, and what they do to it."""

import contextlib
import faulthandler
import gc
import inspect
import logging
import sys
import tempfile
import threading
import traceback
import warnings
import weakref

from common_user import norm, plain
from twins import outer


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
