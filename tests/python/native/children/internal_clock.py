"""What the tests of test_internal_clock.py have fresh interpreters run."""

import gc
import os
import signal
import sys
import threading
import time

from look import steps, tell, until, valid
from parts import given, part
from prelude_clock import churn, drive, drop, make, threads, verdict, works

from jitctl import _backend, jit_focus, jit_ignore, jit_once

if part("without_a_single_collection"):
    gc.disable()
    f, g = jit_focus(make()), jit_once(make())
    drive(f, 30)
    frozen = until(lambda: verdict(g)["code"].endswith("frozen"), lambda: drive(g, 30))
    until(lambda: False, lambda: drive(f, 30), 0.3)
    drop()
    dropped = valid(f)
    armed = until(lambda: valid(f), lambda: [drive(f, 2) for _ in range(10)])
    tell(frozen=frozen, dropped=dropped, armed=armed, collections=gc.get_stats()[0]["collections"])
elif part("across_forks"):
    import warnings

    gc.disable()
    warnings.simplefilter("error")  # CPython warns of a fork with threads
    first = works()
    statuses = []
    for _ in range(3):
        child = os.fork()
        if not child:
            os._exit(0 if works() else 1)
        statuses.append(os.waitpid(child, 0)[1])
    tell(first=first, statuses=statuses, then=works(), threads=threading.active_count())
elif part("forks_while_threads_hint"):
    import multiprocessing
    import warnings

    warnings.simplefilter("ignore")  # a fork with threads is what this is about
    f = jit_focus(make())
    drive(f, 30)
    done, statuses = [], []

    def hint():
        while not done:
            churn()

    def fork():
        for _ in range(20):
            child = os.fork()
            if not child:
                drive(f, 30)
                churn()
                os._exit(0)
            statuses.append(os.waitpid(child, 0)[1])

    hinting = threading.Thread(target=hint)
    forking = [threading.Thread(target=fork) for _ in range(2)]
    for one in [hinting, *forking]:
        one.start()
    for one in forking:
        one.join()
    done.append(1)
    hinting.join()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        sums = pool.map(f, range(100))
    tell(statuses=sum(statuses), forks=len(statuses), sums=sums == [sum(range(n)) for n in range(100)])
elif part("the_process_ends"):
    import json
    import subprocess

    command = [sys.executable, __file__, "a_process_that_ends", json.dumps({"end": given.end})]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=250)
    tell(status=ended.returncode, said=ended.stderr)
elif part("a_process_that_ends"):
    f = jit_focus(make())
    drive(f, 30)

    def forever():
        while True:
            churn()

    for _ in range(2):
        threading.Thread(target=forever, daemon=True).start()
    until(lambda: steps() > 1, lambda: drive(f, 30))
    if given.end == "sys.exit in a thread":
        thread = threading.Thread(target=sys.exit, args=(3,))
        thread.start()
        thread.join()
    elif given.end == "os._exit in a thread":
        threading.Thread(target=lambda: os._exit(6)).start()
        time.sleep(30)
    elif given.end == "with hints at exit":
        import atexit

        atexit.register(churn)
        atexit.register(works)
    elif given.end == "by a signal's handler":
        signal.signal(signal.SIGINT, lambda *a: sys.exit(4))
        signal.raise_signal(2)
    else:
        assert given.end == "at its end"
elif part("beside_subinterpreters"):
    import _interpreters

    gc.disable()
    codes = []

    def other():
        one = _interpreters.create()
        codes.append(_interpreters.exec(one, "import time\nfor _ in range(20): time.sleep(0.01); sum([*range(999)])"))
        _interpreters.destroy(one)

    f = jit_focus(make())
    others = [threading.Thread(target=other) for _ in range(2)]
    for one in others:
        one.start()
    before = steps()
    while any(one.is_alive() for one in others):
        drive(f, 30)
        churn()
        time.sleep(0.001)
    for one in others:
        one.join()
    tell(codes=codes, stepped=steps() > before, after=works())
elif part("it_takes_no_signal_and_few_steps"):
    f = jit_focus(make())
    drive(f, 30)
    time.sleep(0.1)
    interrupted = []
    signal.signal(signal.SIGALRM, lambda *a: interrupted.append(time.monotonic()))
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    while len(interrupted) < 20:
        signal.pause()
    signal.setitimer(signal.ITIMER_REAL, 0)
    taken = []
    for task in os.listdir("/proc/self/task") if os.path.isdir("/proc/self/task") else ():
        with open(f"/proc/self/task/{task}/status") as lines:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in lines)
        if status["Name"] == "jitctl":
            blocked = int(status["SigBlk"], 16)
            taken.append([number for number in (signal.SIGINT, signal.SIGALRM) if not blocked >> number - 1 & 1])
    before, begun = steps(), time.monotonic()
    time.sleep(3)
    for _ in range(100):
        pass
    tell(taken=taken, steps=steps() - before, seconds=time.monotonic() - begun)
elif part("one_thread_until_the_last_hint"):
    before = threads()
    most, ended = 0, []
    for _ in range(2):
        for _ in range(100):
            f = jit_focus(make())
            drive(f, 20)
            most = max(most, threads())
            _backend.undo(f)
        ended.append(until(lambda: threads() == before))
    jit_ignore(f)
    tell(most=most - before, ended=ended, again=threads() - before)
elif part("a_forked_child_has_one_thread"):
    f, g = jit_focus(make()), jit_ignore(make())
    drive(f, 30)
    until(lambda: valid(f) and steps() > 1, lambda: drive(f, 30))
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        counts = [threads()]
        drive(f, *[30] * 20)
        drive(g, 9000)
        gc.collect()
        f.__code__ = f.__code__.replace()
        moved = until(lambda: valid(f), lambda: drive(f, 30))
        time.sleep(0.2)
        counts.append(threads())
        h = jit_focus(make())
        counts.append(threads())
        os.write(writing, repr([counts, moved, valid(g)]).encode())
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    tell(status=status, child=eval(os.read(reading, 999)), parent=threads())
elif part("a_training_goes_on_in_a_forked_child"):
    before = given.when == "before the fork"
    f = jit_once(make())
    if before:
        until(lambda: steps() > 1, lambda: drive(f, 3))
    child = os.fork()
    if not child:
        frozen = until(lambda: verdict(f)["code"].endswith("frozen"), lambda: (drive(f, 30), before or gc.collect()))
        os._exit(0 if frozen else 1)
    tell(status=os.waitpid(child, 0)[1])
elif part("many_hints_in_a_row_do_not_wake_the_thread_each"):
    kept = jit_focus(make())  # so that the thread stays

    def woken():
        "How often the clock's thread was switched to, from its waiting."
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/status") as lines:
                found = dict(line.split(":", 1) for line in lines)
            if found["Name"].strip() == "jitctl":
                return int(found["voluntary_ctxt_switches"])
        return None

    functions = [make() for _ in range(4_000)]
    before = woken()
    for f in functions:
        jit_focus(f)
    tell(woken=woken() - before, hints=len(functions))
