"""The interpreter ends during a training; which one is named by the arguments."""

import sys
import threading
import time

from jitctl import jit_focus


def f(n):
    if END == "a long training":
        for _ in range(20000):
            pass
    elif END == "an endless call":
        while True:
            n += 1
    elif END == "a call stuck in C":
        time.sleep(1000)
    return n


def endless():
    for _ in iter(int, 1):
        pass


END, WHEN = sys.argv[1:]
started = threading.Event()


def samples():
    started.set()
    return endless() if END == "endless samples" else (1,)


jit_focus(sample_args=samples, when=WHEN, budget_calls=10**9, budget_ms=1e7)(f)
if WHEN == "first-call":
    threading.Thread(target=f, args=(1,), daemon=True).start()
started.wait()
print("end")
