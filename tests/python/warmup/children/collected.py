"""A collection at every allocation: nothing that a training or its thread holds may go, or be met twice."""

import gc
import threading
import time
import weakref

from jitctl import _router, jit_focus

gc.set_threshold(1)


class Node:
    def __init__(self, n):
        self.n, self.own = n, self


def make(k):
    def f(n, nodes):
        nodes.append(Node(n))
        return sum(node.n for node in nodes) + k

    return jit_focus(sample_args=lambda: (2, [Node(1)]), budget_ms=30)(f)


def work():
    for k in range(12):
        f = make(k)
        assert f(2, []) == 2 + k
        # One event of the code that all share trains what waits: maybe another thread is at it.
        while _router.backend.record(f)["verdict"]["status"] == "pending":
            time.sleep(0.001)
        seen.append(_router.backend.record(f)["verdict"]["status"])
        there.append(weakref.ref(f))


seen, there = [], []
team = [threading.Thread(target=work) for _ in range(3)]
[one.start() for one in team]
work()
[one.join() for one in team]
stop = jit_focus(sample_args=(1,), budget_ms=20)(lambda n: [Node(0) for _ in iter(int, n)] if n else 0)
assert stop(0) == 0
assert _router.backend.record(stop)["verdict"]["code"] == "stopped"
gc.collect()
print(sorted(set(seen)), len(seen), sum(one() is not None for one in there))
