"""Signals, threads, tools, the collector and exceptions from outside come while machine code runs."""

from programs import program

PROGRAMS = {
    "a signal interrupts a loop": program(
        """\
import signal
class Stop(Exception): pass
def on(*a): raise Stop
signal.signal(signal.SIGALRM, on)
def f(n):
    i = 0
    while i < n: i += 1
    return i
def show():
    signal.setitimer(signal.ITIMER_REAL, .05)
    try: return f(10**12)
    except Stop as e:
        here = e.__traceback__.tb_next
        return here.tb_lineno in (7, 8), here.tb_frame.f_locals['i'] > 0""",
        "show()",
        warm="f(50)",
    ),
    "a signal interrupts a recursion": program(
        """\
import signal
class Stop(Exception): pass
def on(*a): raise Stop
signal.signal(signal.SIGALRM, on)
def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
def show():
    signal.setitimer(signal.ITIMER_REAL, .05)
    try: return f(70)
    except Stop: return 'stopped'""",
        "show()",
        warm="f(5)",
    ),
    "a signal handler looks at the loop": program(
        """\
import signal
SEEN = []
def on(s, f): SEEN.append((f.f_code.co_name, sorted(f.f_locals)))
signal.signal(signal.SIGALRM, on)
def f(n):
    i = 0
    x = 0.5
    while not SEEN and i < n: i += 1; x += 1.0
    return i == x - 0.5 and i > 0
def show():
    SEEN.clear()
    signal.setitimer(signal.ITIMER_REAL, .05)
    return f(10**12), SEEN""",
        "show()",
        warm="f(50)",
        verdict="any",
    ),
    "other threads go on": program(
        """\
import threading
def f(box):
    i = 0
    while not box: i += 1
    return i > 0
def show():
    box = []
    t = threading.Timer(.05, box.append, (1,))
    t.start()
    r = f(box)
    t.join()
    return r""",
        "show()",
        warm="f([1])",
    ),
    "monitoring is switched on in a loop": program(
        """\
import sys, threading
M = sys.monitoring
SEEN = []
def on(code, line):
    SEEN.append(code.co_name)
    if code.co_name == 'f': BOX.append(1)
BOX = []
def f(box):
    i = 0
    while not box:
        i += 1
    return i > 0
def show():
    BOX.clear(); SEEN.clear(); M.use_tool_id(3, 'test'); M.register_callback(3, M.events.LINE, on)
    t = threading.Timer(.05, M.set_events, (3, M.events.LINE))
    t.start()
    r = f(BOX)
    M.set_events(3, 0); M.free_tool_id(3); t.join()
    return r, 'f' in SEEN""",
        "show()",
        warm="f([1])",
    ),
    "tracing is switched on by a callee": program(
        """\
import sys
L = []
def tr(fr, ev, arg):
    if fr.f_code.co_name == 'f': L.append((ev, fr.f_lineno))
    return tr
def h():
    sys.settrace(tr); sys._getframe(1).f_trace = tr
def f(x):
    h()
    y = x + 1
    y = y * 2
    return y
def show():
    L.clear(); f(3); sys.settrace(None); return L""",
        "show()",
        verdict="any",
    ),
    "a traced call": program(
        """\
import sys
L = []
def tr(fr, ev, arg):
    if fr.f_code.co_name in 'fg': L.append((fr.f_code.co_name, ev, fr.f_lineno))
    return tr
def g(x): return x + 1
def f(x):
    y = g(x)
    return y
def show():
    L.clear(); sys.settrace(tr); f(3); sys.settrace(None); return L""",
        "show()",
        hinted="g f",
        warm="f(3)",
    ),
    "a profiled call": program(
        """\
import sys
L = []
def pr(fr, ev, arg):
    if fr.f_code.co_name in 'fg': L.append((fr.f_code.co_name, ev))
def g(x): return x + 1
def f(x):
    y = g(x)
    return y
def show():
    L.clear(); sys.setprofile(pr); f(3); sys.setprofile(None); return L""",
        "show()",
        hinted="g f",
        warm="f(3)",
    ),
    "an exception from outside": program(
        """\
import ctypes, threading
class Stop(Exception): pass
def f(n):
    i = 0
    while i < n: i += 1
    return i
def show():
    me = ctypes.c_ulong(threading.get_ident())
    t = threading.Timer(.05, lambda: ctypes.pythonapi.PyThreadState_SetAsyncExc(me, ctypes.py_object(Stop)))
    t.start()
    try: return f(10**12)
    except Stop: return 'stopped'
    finally: t.join()""",
        "show()",
        warm="f(50)",
    ),
    "the collector runs in a loop": program(
        """\
import gc
class C: pass
def f(n):
    t = 0
    for i in range(n):
        c = C()
        c.me = c
        t += i
    return t
def show():
    before = gc.get_stats()[0]['collections']
    f(20000)
    return gc.get_stats()[0]['collections'] > before""",
        "show()",
        warm="f(5)",
        times=4,
    ),
    "weak references": program(
        """\
import weakref
class C: pass
def f():
    c = C()
    r = weakref.ref(c)
    a = r() is c
    c = None
    return a, r()""",
        "f()",
    ),
    # Whether the `try` covers the jump at which the interpreter raises depends on its version.
    "an exception from outside at the end of a loop in a try": program(
        """\
import ctypes, threading, time
class Stop(Exception): pass
def f(n):
    try:
        while n: pass
    except Stop: return "caught"
    return "ended"
def g(n):
    t = 0
    try:
        while n: t += 1
    except Stop: return "caught"
    return "ended"
def stopped(function):
    threading.excepthook = lambda told: seen.append(told.exc_type.__name__)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(function(1)))
    thread.start()
    time.sleep(0.01)
    while thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Stop))
        thread.join(5)
    return seen""",
        "stopped(f)",
        "stopped(g)",
        warm=("f(0)", "g(0)"),
        hinted="f g",
    ),
}
