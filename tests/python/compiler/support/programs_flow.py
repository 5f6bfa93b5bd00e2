"""Exceptions, tracebacks, recursion, signals, threads and tracers."""

from programs import program

PROGRAMS = {
    "lines and columns": program("def g(y): return 1 // y\ndef f(x):\n    y = x - 1\n    return (y\n       + g(y)), 5", "f(1)", "f('a')", hinted="g f", warm="f(3)"),
    "context": program("def f(x):\n    try: 1 // x\n    except ZeroDivisionError:\n        return {}[x]", "f(0)", "f(1)", warm="f(3)"),
    "handlers": program(
        "def f(d, k):\n    r = []\n    for i in range(4):\n        try:\n            r.append(d[k])\n            r.append(i // (2 - i))\n        except KeyError as e:\n            r.append(str(e))\n"
        "        except ZeroDivisionError:\n            r.append('zero')\n            continue\n        else:\n            r.append('fine')\n        finally:\n            r.append('finally')\n    return r",
        "f({}, 1)", "f({1: 2}, 1)", "f({}, [])", verdict="any",
    ),
    "an error in the middle of an expression": program("def f(a, b, xs): return [a + 1, xs[5], b * 2]", "f(1, 2, [])", "f(1, 2, [0] * 9)", warm="f(1, 2, [0] * 9)"),
    "raise": program("def f(x):\n    if x > 2: raise ValueError(x)\n    return x", "f(3)", "f(1)", warm="f(1)"),
    "assert": program("def f(x):\n    assert x > 2, 'small'\n    return x", "f(3)", "f(1)", warm="f(5)"),
    "the names of a frame in a traceback": program(
        "def f(x, y):\n    z = x + 1\n    return z / y\ndef show(*a):\n    try: f(*a)\n    except ZeroDivisionError as e: return e.__traceback__.tb_next.tb_frame.f_locals",
        "show(2, 0)", "show(2.5, 0)", warm="f(2, 1)",
    ),
    "a callee looks at its caller": program(
        "import sys\ndef h(): return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno, sys._getframe(1).f_locals\ndef f(x):\n    y = x + 1\n    z = y * 0.5\n    r = h()\n    y = 7\n    return r, h()",
        "f(3)", "f(2.5)", verdict="any",
    ),
    "a callee two direct calls away looks": program(
        "import sys\ndef look():\n    f = sys._getframe(1)\n    r = []\n    while f and f.f_code.co_filename == 'program.py':\n        r.append((f.f_code.co_name, f.f_lineno, dict(f.f_locals) if f.f_code.co_name in 'fgk' else 0))\n        f = f.f_back\n    return r\n"
        "def k(n):\n    m = n * 2\n    if n > 90: return look()\n    return m\ndef g(n):\n    q = n + 0.5\n    return k(n + 1), q\ndef f(n):\n    t = n - 1\n    return g(t), t",
        "f(100)", "f(3)", hinted="k g f", warm="f(3)", verdict="any",
    ),
    "a callee writes its caller's locals": program(
        "import sys\ndef h(): sys._getframe(1).f_locals['x'] = 99\ndef f(x):\n    y = x\n    h()\n    return x, y, locals()", "f(3)", "f('a')", verdict="any"
    ),
    "locals()": program("def f(x):\n    y = x + 1\n    return locals()", "f(3)", "f(2.5)"),
    "recursion ends at the same depth": program(
        "import sys\ndef f(n):\n    global D\n    D = n\n    return f(n + 1) + 1\ndef show():\n    try: f(0)\n    except RecursionError as e: return str(e), 900 < D < 1010", "show()", warm="show()", verdict="any"
    ),
    "a plain recursion ends at the same depth": program(
        "def f(n): return 0 if n == 0 else f(n - 1) + 1\ndef show(n):\n    try: return f(n)\n    except RecursionError: return 'too deep'\ndef edge():\n    low, high = 1, 2000\n    while low < high:\n        m = (low + high) // 2\n"
        "        if show(m) == 'too deep': high = m\n        else: low = m + 1\n    return low", "edge()", warm="f(5)",
    ),
    "a deep recursion": program("import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return 0 if n == 0 else f(n - 1) + 1", "f(150000)", warm="f(5)"),
    "a deep recursion through __init__": program(
        "import sys\nsys.setrecursionlimit(30000)\nclass K:\n    def __init__(self, n): self.k = K(n - 1) if n else None\ndef f(n):\n    K(n)\n    return 1", "f(9000)",
        hinted="K.__init__ f", warm="f(3)", times=4,
    ),
    "mutual recursion": program("def g(n): return n if n < 1 else f(n - 1) + 1\ndef f(n): return n if n < 1 else g(n - 1) + 1", "f(50)", "f(2.5)", hinted="g f", warm="f(9)"),
    "calls that change their kind of result": program(
        "\n".join(f"def f{i}(x): return f{i + 1}(x)" for i in range(6)) + "\ndef f6(x): return x * 2", "f0(3.0)", "f0(2**62)", "f0('a')", "f0(5)",
        hinted=" ".join(f"f{i}" for i in range(7)), warm="f0(3)",
    ),
    "a signal interrupts a loop": program(
        "import signal\nclass Stop(Exception): pass\ndef on(*a): raise Stop\nsignal.signal(signal.SIGALRM, on)\ndef f(n):\n    i = 0\n    while i < n: i += 1\n    return i\n"
        "def show():\n    signal.setitimer(signal.ITIMER_REAL, .05)\n    try: return f(10**12)\n    except Stop as e: return e.__traceback__.tb_next.tb_lineno in (7, 8), e.__traceback__.tb_next.tb_frame.f_locals['i'] > 0",
        "show()", warm="f(50)",
    ),
    "a signal interrupts a recursion": program(
        "import signal\nclass Stop(Exception): pass\ndef on(*a): raise Stop\nsignal.signal(signal.SIGALRM, on)\ndef f(n): return n if n < 2 else f(n - 1) + f(n - 2)\n"
        "def show():\n    signal.setitimer(signal.ITIMER_REAL, .05)\n    try: return f(70)\n    except Stop: return 'stopped'", "show()", warm="f(5)",
    ),
    "a signal handler looks at the loop": program(
        "import signal\nSEEN = []\ndef on(s, f): SEEN.append((f.f_code.co_name, sorted(f.f_locals)))\nsignal.signal(signal.SIGALRM, on)\ndef f(n):\n    i = 0\n    x = 0.5\n    while not SEEN and i < n: i += 1; x += 1.0\n    return i == x - 0.5 and i > 0\n"
        "def show():\n    SEEN.clear()\n    signal.setitimer(signal.ITIMER_REAL, .05)\n    return f(10**12), SEEN", "show()", warm="f(50)", verdict="any",
    ),
    "other threads go on": program(
        "import threading\ndef f(box):\n    i = 0\n    while not box: i += 1\n    return i > 0\ndef show():\n    box = []\n    t = threading.Timer(.05, box.append, (1,))\n    t.start()\n    r = f(box)\n    t.join()\n    return r",
        "show()", warm="f([1])",
    ),
    "monitoring is switched on in a loop": program(
        "import sys, threading\nM = sys.monitoring\nSEEN = []\ndef on(code, line):\n    SEEN.append(code.co_name)\n    if code.co_name == 'f': BOX.append(1)\nBOX = []\ndef f(box):\n    i = 0\n    while not box: i += 1\n    return i > 0\n"
        "def show():\n    BOX.clear(); SEEN.clear(); M.use_tool_id(3, 'test'); M.register_callback(3, M.events.LINE, on)\n    t = threading.Timer(.05, M.set_events, (3, M.events.LINE))\n    t.start()\n    r = f(BOX)\n"
        "    M.set_events(3, 0); M.free_tool_id(3); t.join()\n    return r, 'f' in SEEN", "show()", warm="f([1])",
    ),
    "tracing is switched on by a callee": program(
        "import sys\nL = []\ndef tr(fr, ev, arg):\n    if fr.f_code.co_name == 'f': L.append((ev, fr.f_lineno))\n    return tr\ndef h():\n    sys.settrace(tr); sys._getframe(1).f_trace = tr\ndef f(x):\n    h()\n    y = x + 1\n    y = y * 2\n    return y\n"
        "def show():\n    L.clear(); f(3); sys.settrace(None); return L", "show()", verdict="any",
    ),
    "a traced call": program(
        "import sys\nL = []\ndef tr(fr, ev, arg):\n    if fr.f_code.co_name in 'fg': L.append((fr.f_code.co_name, ev, fr.f_lineno))\n    return tr\ndef g(x): return x + 1\ndef f(x):\n    y = g(x)\n    return y\n"
        "def show():\n    L.clear(); sys.settrace(tr); f(3); sys.settrace(None); return L", "show()", hinted="g f", warm="f(3)",
    ),
    "a profiled call": program(
        "import sys\nL = []\ndef pr(fr, ev, arg):\n    if fr.f_code.co_name in 'fg': L.append((fr.f_code.co_name, ev))\ndef g(x): return x + 1\ndef f(x):\n    y = g(x)\n    return y\n"
        "def show():\n    L.clear(); sys.setprofile(pr); f(3); sys.setprofile(None); return L", "show()", hinted="g f", warm="f(3)",
    ),
    "an exception from outside": program(
        "import ctypes, threading\nclass Stop(Exception): pass\ndef f(n):\n    i = 0\n    while i < n: i += 1\n    return i\ndef show():\n    me = ctypes.c_ulong(threading.get_ident())\n"
        "    t = threading.Timer(.05, lambda: ctypes.pythonapi.PyThreadState_SetAsyncExc(me, ctypes.py_object(Stop)))\n    t.start()\n    try: return f(10**12)\n    except Stop: return 'stopped'\n    finally: t.join()",
        "show()", warm="f(50)",
    ),
    "the collector runs in a loop": program(
        "import gc\nclass C: pass\ndef f(n):\n    t = 0\n    for i in range(n):\n        c = C()\n        c.me = c\n        t += i\n    return t\ndef show():\n    before = gc.get_stats()[0]['collections']\n    f(20000)\n    return gc.get_stats()[0]['collections'] > before",
        "show()", warm="f(5)", times=4,
    ),
    "weak references": program("import weakref\nclass C: pass\ndef f():\n    c = C()\n    r = weakref.ref(c)\n    a = r() is c\n    c = None\n    return a, r()", "f()"),
}
