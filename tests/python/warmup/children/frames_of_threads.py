"""A call is stopped while threads come and go, and each collection runs Python code, where threads take turns."""

import gc
import sys
import threading

from jitctl import jit_focus, stats

BUSY = range(200)


def keeps(n):
    while n:
        try:
            for _ in BUSY:
                pass
        except BaseException:
            pass


def come_and_go():
    while not over:
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()


over = []
threads = [threading.Thread(target=come_and_go) for _ in range(3)]
gc.callbacks.append(lambda *_: [one + 1 for one in BUSY])
gc.set_threshold(5)
sys.setswitchinterval(1e-5)
for thread in threads:
    thread.start()
codes = set()
for _ in range(20):
    function = type(keeps)(keeps.__code__.replace(), globals())
    jit_focus(sample_args=(1,), budget_ms=1, when="decoration")(function)
    codes.add(stats(function).verdict.code)
over.append(True)
for thread in threads:
    thread.join()
print(*sorted(codes))
