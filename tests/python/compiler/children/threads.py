"""What the tests of test_threads.py have fresh interpreters run."""

import ctypes
import gc
import os
import signal
import sys
import threading
import time

from parts import given, part
from twins import make, tell, verdict, within

import jitctl
from jitctl import jit_focus


def depth(f):
    seen = [0]
    try:
        f(10**6)
    except RecursionError as error:
        return str(error), seen


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


def ping(n):
    return 0 if n == 0 else 1 + pong(n - 1)


def pong(n):
    return 0 if n == 0 else 1 + ping(n - 1)


class K:
    def __init__(self, n):
        self.k = K(n - 1) if n else None


def deepest(f):
    low, high = 1, 5000
    while low < high:
        middle = (low + high + 1) // 2
        try:
            f(middle)
            low = middle
        except RecursionError:
            high = middle - 1
    return low


# machine code that runs until it is told to stop
if part(
    "a_signal_ends_a_loop",
    "a_keyboard_interrupt",
    "an_asynchronous_exception",
    "other_threads_run_meanwhile_and_it_stays_compiled",
    "a_tool_that_begins_in_a_running_loop",
    "a_fork",
    "the_interpreter_ends_within_machine_code",
):

    @jit_focus
    def spin(n, stop):
        t = 0
        for i in range(n):
            t = (t * 3 + i) % 1000003
            if stop[0]:
                return -1
        return t

    for _ in range(20):
        spin(10, [0])
    assert verdict(spin) == "compiled", jitctl.stats(spin).verdict

if part("a_signal_ends_a_loop"):

    class Stop(Exception):
        pass

    seen = []

    def on(number, frame):
        if frame.f_code is not spin.__code__ or "i" not in frame.f_locals:  # not there yet
            return signal.setitimer(signal.ITIMER_REAL, 0.05)
        seen.append((frame.f_code.co_name, frame.f_locals["n"] > 0, frame.f_locals["i"] >= 0))
        raise Stop

    signal.signal(signal.SIGALRM, on)
    out = []
    for _ in range(3):
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            spin(10**12, [0])
        except Stop as error:
            entry = error.__traceback__.tb_next
            line = entry.tb_lineno - spin.__code__.co_firstlineno
            out.append((entry.tb_frame.f_code is spin.__code__, line in (2, 3, 4, 5)))
    tell(out=out, seen=seen)
elif part("a_keyboard_interrupt"):

    def interrupt():
        within(spin)
        os.kill(os.getpid(), signal.SIGINT)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in a shell's background starts with it ignored
    threading.Thread(target=interrupt).start()
    try:
        spin(10**12, [0])
        out = "finished"
    except KeyboardInterrupt:
        out = "interrupted"
    tell(out=out)
elif part("an_asynchronous_exception"):

    class Stop(Exception):
        pass

    out = []

    def work():
        try:
            spin(10**12, [0])
        except Stop:
            out.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    within(spin, thread)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Stop))
    thread.join(20)
    tell(out=out, alive=thread.is_alive())
elif part("other_threads_run_meanwhile_and_it_stays_compiled"):
    counts, stop, out = [0] * 3, [0], []

    def count(k):
        while not stop[0]:
            counts[k] += 1

    def work():
        out.append(spin(10**12, stop))

    threads = [threading.Thread(target=count, args=(k,)) for k in range(3)]
    threads += [threading.Thread(target=work) for _ in range(2)]
    for t in threads:
        t.start()
    while min(counts) < 1000:
        time.sleep(0.01)
    stop[0] = 1
    for t in threads:
        t.join(20)
    state = jitctl.stats(spin).state if hasattr(jitctl.stats(spin), "state") else None
    tell(out=out, alive=[t.is_alive() for t in threads], code=verdict(spin))
elif part("a_tool_that_begins_in_a_running_loop"):
    tool = given.tool
    lines, stop = [], [0]
    mon = sys.monitoring

    def line(code, number):
        lines.append(number - spin.__code__.co_firstlineno)
        if len(lines) > 20:
            stop[0] = 1

    def begin():
        within(spin)
        mon.use_tool_id(3, "t")
        mon.register_callback(3, mon.events.LINE, lambda c, n: c is spin.__code__ and line(c, n))
        if tool == "local":
            mon.set_local_events(3, spin.__code__, mon.events.LINE)
        else:
            mon.set_events(3, mon.events.LINE)

    thread = threading.Thread(target=begin)
    thread.start()
    result = spin(10**12, stop)
    thread.join()
    tell(result=result, lines=sorted(set(lines)))
elif part("a_callee_that_is_a_signal_handler_writes_a_local"):

    @jit_focus
    def wait(n):
        done = 0
        i = 0
        while not done:
            i += 1
        return done, i > 0

    def on(number, frame):
        if frame.f_code is wait.__code__ and frame.f_locals.get("i"):
            frame.f_locals["done"] = 5  # its loop runs
        else:
            signal.setitimer(signal.ITIMER_REAL, 0.05)

    signal.signal(signal.SIGALRM, on)

    def warm():
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        return wait(1)

    tell(out=[warm() for _ in range(4)], code=verdict(wait))
elif part("a_fork"):

    def make(n):
        space = {}
        exec(f"def f(a):\n    return a + {n}", space)
        return jit_focus(space["f"])

    before = make(1)
    before(1)
    stop = [0]
    busy = threading.Thread(target=lambda: spin(10**12, stop))
    busy.start()
    out = []
    for n in range(5):
        r, w = os.pipe()
        pid = os.fork()
        if not pid:
            after = make(n)
            ok = before(n) == n + 1 and after(1) == n + 1 and after(2) == n + 2 and verdict(after) == "compiled"
            os.write(w, str(ok).encode())
            os._exit(0)
        os.close(w)
        out.append(os.read(r, 10).decode())
        os.waitpid(pid, 0)
    stop[0] = 1
    busy.join(20)
    tell(out=out, alive=busy.is_alive())
elif part("the_recursion_limit_at_the_same_depth"):

    def all_of_them():
        out = []
        for limit in (200, 1000, 3000):
            sys.setrecursionlimit(limit)
            out.append([deepest(down), deepest(ping)])
        sys.setrecursionlimit(1000)
        return out

    plain = all_of_them()
    for f in (down, ping, pong):
        jit_focus(f)
    for _ in range(20):
        down(3)
        ping(3)
    compiled = all_of_them()
    try:
        down(10**6)
    except RecursionError as error:
        text = str(error)
    tell(plain=plain, compiled=compiled, text=text, codes=[verdict(f) for f in (down, ping)])
elif part("recursion_deeper_than_the_machine_stack"):
    where = given.where
    for f in (down, ping, pong, K.__init__):
        jit_focus(f)
    for _ in range(20):
        down(3)
        ping(3)
        K(3)
    sys.setrecursionlimit(10**6)
    out = []

    def work():
        out.append(down(150_000))
        out.append(ping(150_000))
        out.append(down(10))

    if where == "main":
        work()
    else:
        t = threading.Thread(target=work)
        t.start()
        t.join()
    tell(out=out)
elif part("the_interpreter_ends_within_machine_code"):
    import atexit

    class Last:
        def __del__(self):
            if spin(10, [0]) != 888:
                os.write(1, b"")

    keep = Last()

    @jit_focus
    def end(x):
        x()
        return x

    end(list)
    daemon = threading.Thread(target=lambda: spin(10**12, [0]), daemon=True)
    daemon.start()
    atexit.register(lambda: spin(100, [0]))
    within(spin, daemon)
    tell(done=True)
    end(sys.exit)
elif part("collections_run_and_objects_die_in_time"):

    @jit_focus
    def churn(n):
        alive = 0  # noqa: F841 - as it was compiled
        for i in range(n):
            a = [i]
            b = (a, i)
            a.append(b)
        return n

    for _ in range(20):
        churn(10)
    before = gc.get_stats()[0]["collections"]
    churn(100_000)
    after = gc.get_stats()[0]["collections"]

    class D:
        def __init__(self, name):
            self.name = name

        def __del__(self):
            log.append(self.name)

    log = []
    SOURCE = """
def f(D):
    a = D("a"); b = D("b"); c = D("c")
    a = D("a2")
    del b
    D("temporary")
    return None
"""
    logs = []
    for hint in (None, jit_focus):
        space = make(SOURCE, "f", hint, None) if not hint else {}
        if hint:
            exec(SOURCE, space)
            jit_focus(space["f"])
        for _ in range(3):
            log.clear()
            space["f"](D)
            logs.append(list(log))
    tell(collected=after > before, logs=logs, code=verdict(churn))
elif part("a_signal_in_recursion_without_loops"):

    @jit_focus
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    for _ in range(20):
        fib(5)

    class Stop(Exception):
        pass

    def on(*a):
        raise Stop

    signal.signal(signal.SIGALRM, on)
    out = []
    for _ in range(3):
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            fib(90)
            out.append("finished")
        except Stop:
            out.append("stopped")
    tell(out=out, after=fib(15))
elif part("tools_that_came_and_went_see_nothing_more"):

    @jit_focus
    def add(values):
        t = 0
        for v in values:
            t = t + v
        return t

    first = add.__code__.co_firstlineno
    whole, mixed = list(range(50)), [*range(50), 2.5, *range(50)]
    for _ in range(40):
        add(whole)
    mon, lines = sys.monitoring, []
    mon.use_tool_id(3, "t")
    mon.register_callback(3, mon.events.LINE, lambda code, number: lines.append(number))
    out = []
    for how in ("global", "local") * 3:
        if how == "global":
            mon.set_events(3, mon.events.LINE)
        else:
            mon.set_local_events(3, add.__code__, mon.events.LINE)
        add(whole)
        seen = len(lines) > 40
        if how == "global":
            mon.set_events(3, 0)
        else:
            mon.set_local_events(3, add.__code__, 0)
        lines.clear()
        out.append((seen, add(mixed), add(whole), add(mixed), [line for line in lines if first <= line <= first + 5]))
    tell(out=out, code=verdict(add))
