"""Calls in eight threads, all of which catch and keep what stops them; the threads take turns as often as can be."""

import sys
import threading

from jitctl import jit_focus, stats

BUSY = range(200)


def make():
    def keeps(n, kept):
        while n:
            try:
                for _ in BUSY:
                    pass
            except BaseException as error:
                kept.append(error)
                if len(kept) > 20:
                    kept.clear()

    return keeps


def work():
    function = make()
    jit_focus(sample_args=(1, []), budget_ms=1, when="decoration")(function)
    codes.append(stats(function).verdict.code)


codes = []
sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*sorted(set(codes)))
