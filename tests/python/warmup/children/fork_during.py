"""The thread that trains does not live on in the child of a fork, which must not wait for it when it ends."""

import atexit
import os
import sys
import threading
import time

PARENT = os.getpid()
WAITS = []


def last():
    """Run after jitctl's own function at exit, since it was registered before."""
    if os.getpid() != PARENT:
        os._exit(3 if not WAITS else 4)


atexit.register(last)
from jitctl import jit_focus  # noqa: E402

started = threading.Event()


@jit_focus(sample_args=lambda: (started.set() or 1000,), when="background", budget_calls=10**9, budget_ms=1e7)
def f(n):
    return sum(i for i in range(n))


started.wait()
if os.fork() == 0:
    time.sleep = WAITS.append  # what jitctl waits with
    sys.exit(f(3))
print(os.waitstatus_to_exitcode(os.wait()[1]))
