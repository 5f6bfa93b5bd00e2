"""First calls in several threads at once, trainings in threads, and the end of the interpreter."""

import sys
import threading
import time

import pytest
from warmed import SEEN, fresh

from jitctl import jit_focus

N = 8


def total(n):
    result = 0
    for i in range(n):
        result += i
    return result


def in_threads(action, count=N):
    barrier, results = threading.Barrier(count), []

    def work(i):
        barrier.wait()
        results.append(action(i))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture(autouse=True)
def switch_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("attempt", range(10))
def test_trained_once(attempt, verdict):
    trained = set()

    def samples():
        trained.add(threading.get_ident())
        return (20,)

    function = jit_focus(sample_args=samples, budget_calls=200)(fresh(total))
    assert sorted(in_threads(lambda i: function(10 + i))) == [sum(range(10 + i)) for i in range(N)]
    # The calls of the others can warm it before the training begins.
    assert len(trained) == (verdict(function).code != "already-warm")
    assert verdict(function).status in ("applied", "partial")


def test_the_others_do_not_wait(verdict):
    started = threading.Event()
    leave = threading.Event()

    def slow(n):
        if n == "sample":
            started.set()
            leave.wait(20)
        return n

    jit_focus(sample_args=("sample",), budget_calls=1)(slow)
    first = threading.Thread(target=slow, args=(1,))
    first.start()
    assert started.wait(20)
    assert slow(2) == 2
    assert verdict(slow).kind == ("pending", "first-call")
    leave.set()
    first.join()
    assert verdict(slow).status in ("applied", "partial")


def test_arming_in_threads(undo):
    def work(i):
        for _ in range(50):
            function = fresh(lambda n: n + 1)
            jit_focus(sample_args=(1,), budget_calls=8, when=["first-call", "decoration", "background"][i % 3])(
                function
            )
            assert function(1) == 2
            undo(function)
            assert function(1) == 2
        return True

    assert in_threads(work) == [True] * N


def test_undo_stops_a_training_in_the_background(undo, verdict):
    function = jit_focus(sample_args=(1000,), when="background", budget_calls=10**9, budget_ms=6e7)(fresh(total))
    time.sleep(0.05)
    assert undo(function)
    alive = lambda: any(thread.name == "jitctl-training" for thread in threading.enumerate())  # noqa: E731
    deadline = time.monotonic() + 10
    while alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.skipif(SEEN, reason="sys.monitoring came with 3.12")
def test_no_tool_is_free(run_code):
    code = """
for i in range(6):
    sys.monitoring.use_tool_id(i, f"other {i}")
from jitctl import jit_focus, _router
f = jit_focus(sample_args=(1,))(lambda n: n + 1)
print(f(1), _router.backend.record(f)["verdict"])
"""
    found = run_code(code, JITCTL_BACKEND="warmup")
    assert found.startswith("2 ")
    assert "first-call-unavailable" in found
    assert "other 4" in found


@pytest.mark.skipif(SEEN, reason="sys.monitoring came with 3.12")
def test_the_tool_is_not_that_of_the_native_backend():
    jit_focus(sample_args=(1,), budget_calls=1)(fresh(total))(1)
    assert [i for i in range(6) if sys.monitoring.get_tool(i) == "jitctl first calls"] in ([4], [3])


ENDS = {
    "a long training": ("for i in range(20000): pass", "(1,)"),
    "an endless call": ("while True: n += 1", "(1,)"),
    "a call stuck in C": ("time.sleep(1000)", "(1,)"),
    "endless samples": ("pass", "lambda: [i for i in iter(int, 1)]"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("when", ["background", "first-call"])
def test_the_interpreter_ends_during_a_training(end, when, run):
    body, samples = ENDS[end]
    code = f"""
import sys, threading, time
from jitctl import jit_focus
def f(n):
    {body}
jit_focus(sample_args={samples}, when={when!r}, budget_calls=10**9, budget_ms=1e7)(f)
if {when == "first-call"}:
    threading.Thread(target=f, args=(1,), daemon=True).start()
time.sleep(0.1)
print("end")
"""
    started = time.monotonic()
    found = run("-c", code, JITCTL_BACKEND="warmup")
    assert (found.returncode, found.stdout, found.stderr) == (0, "end\n", "")
    assert time.monotonic() - started < 10


def test_the_interpreter_ends_while_functions_wait(run):
    code = """
from jitctl import jit_focus
@jit_focus(sample_args=(1,))
def f(n):
    return n
class Late:
    def __del__(self, f=f):
        print(f(5))
late = Late()
late.cycle = late
"""
    found = run("-c", code, JITCTL_BACKEND="warmup")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout in ("5\n", "")


def test_fork(run):
    code = """
import os, sys
from jitctl import jit_focus, _router
@jit_focus(sample_args=(10,))
def f(n):
    return sum(range(n))
if os.fork() == 0:
    assert f(3) == 3
    os._exit(_router.backend.record(f)["verdict"]["status"] != "applied")
print(os.waitstatus_to_exitcode(os.wait()[1]), f(3))
"""
    assert run("-c", code, JITCTL_BACKEND="warmup").stdout == "0 3\n"


def test_fork_while_a_training_is_watched(run):
    """The thread that watches does not live on in the child: what it would have stopped is a call of the parent's."""
    code = """
import os, sys, time
from jitctl import jit_focus, _router
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
"""
    found = run("-W", "ignore", "-c", code, JITCTL_BACKEND="warmup")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout in ("5 stopped 6\n", "5 budget-spent 6\n")


def test_a_child_trains_and_watches_for_itself(run):
    """The child of a fork within a training has its own thread for its own trainings."""
    code = """
import os
from jitctl import jit_focus, _router
def endless(n):
    while n:
        pass
    return n
jit_focus(sample_args=(1,), budget_ms=30)(endless)
FORKED = []
@jit_focus(sample_args=(3,), budget_ms=60_000)
def f(n):
    if not FORKED:
        FORKED.append(os.fork())
        if FORKED[0] == 0:
            endless(0)
            os._exit(_router.backend.record(endless)["verdict"]["code"] != "stopped")
    return n
print(f(5), os.waitstatus_to_exitcode(os.wait()[1]))
"""
    found = run("-W", "ignore", "-c", code, JITCTL_BACKEND="warmup")
    assert (found.returncode, found.stdout, found.stderr) == (0, "5 0\n", "")


def test_a_training_where_everything_is_collected_at_once(run):
    """A collection at every allocation: nothing that a training or its thread holds may go, or be met twice."""
    code = """
import gc, sys, threading, weakref
from jitctl import jit_focus, _router
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
"""
    found = run("-c", code, JITCTL_BACKEND="warmup")
    assert (found.returncode, found.stderr) == (0, "")
    statuses, _, counts = found.stdout.strip().rpartition("] ")
    assert counts == "48 0"
    assert set(statuses.strip("[").replace("'", "").split(", ")) <= {"applied", "partial"}


def test_fork_during_a_training(run):
    """The thread that trains does not live on in the child, which must not wait for it."""
    code = """
import os, sys, time
from jitctl import jit_focus
@jit_focus(sample_args=(1000,), when="background", budget_calls=10**9, budget_ms=1e7)
def f(n):
    return sum(i for i in range(n))
time.sleep(0.05)
started = time.monotonic()
if os.fork() == 0:
    sys.exit(f(3))
status = os.waitstatus_to_exitcode(os.wait()[1])
print(status, time.monotonic() - started < 0.6)
"""
    assert run("-W", "ignore", "-c", code, JITCTL_BACKEND="warmup").stdout == "3 True\n"
