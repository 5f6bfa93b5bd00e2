"""The thread that watches does not live on in the child: what it would have stopped is a call of the parent's."""

import os
import time

from jitctl import _router, jit_focus

TRAINING = []


@jit_focus(sample_args=lambda: (TRAINING.append(1) or 3,), budget_ms=400)
def f(n):
    if TRAINING and TRAINING[-1] is not None:
        TRAINING[-1] = None
        if os.fork() == 0:
            # In the child this very call goes on, beyond the budget, and nobody is there to stop it.
            time.sleep(1.0)
            for _ in range(100_000):
                pass
            os._exit(7)
        code = os.waitstatus_to_exitcode(os.wait()[1])
        assert code == 7, code
    return n


result = f(5)
TRAINING.clear()
print(result, _router.backend.record(f)["verdict"]["code"], f(6))
