"""First calls in several threads at once, trainings in threads, and the end of the interpreter."""

import sys
import threading

import pytest
from warmed import SEEN, fresh, jit_focus

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
    started = threading.Event()
    samples = lambda: (started.set() or 1000,)  # noqa: E731
    function = jit_focus(sample_args=samples, when="background", budget_calls=10**9, budget_ms=6e7)(fresh(total))
    assert started.wait(60)
    assert undo(function)
    for thread in threading.enumerate():
        if thread.name == "jitctl-training":
            thread.join(60)
            assert not thread.is_alive()


@pytest.mark.skipif(SEEN, reason="sys.monitoring came with 3.12")
def test_no_tool_is_free(play):
    found = play("no_tool").stdout
    assert found.startswith("2 ")
    assert "first-call-unavailable" in found
    assert "other 4" in found


@pytest.mark.skipif(SEEN, reason="sys.monitoring came with 3.12")
def test_the_tool_is_not_that_of_the_native_backend():
    jit_focus(sample_args=(1,), budget_calls=1)(fresh(total))(1)
    assert [i for i in range(6) if sys.monitoring.get_tool(i) == "jitctl first calls"] in ([4], [3])


ENDS = ["a long training", "an endless call", "a call stuck in C", "endless samples"]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("when", ["background", "first-call"])
def test_the_interpreter_ends_during_a_training(end, when, play):
    found = play("ends", end, when)
    assert (found.returncode, found.stdout, found.stderr) == (0, "end\n", "")


def test_the_interpreter_ends_while_functions_wait(play):
    found = play("waits")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout in ("5\n", "")


def test_fork(play):
    assert play("fork").stdout == "0 3\n"


def test_fork_while_a_training_is_watched(play):
    """The thread that watches does not live on in the child: what it would have stopped is a call of the parent's."""
    found = play("fork_watched")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout in ("5 stopped 6\n", "5 budget-spent 6\n")


def test_a_child_trains_and_watches_for_itself(play):
    """The child of a fork within a training has its own thread for its own trainings."""
    found = play("fork_within")
    assert (found.returncode, found.stdout, found.stderr) == (0, "5 0\n", "")


def test_a_training_where_everything_is_collected_at_once(play):
    """A collection at every allocation: nothing that a training or its thread holds may go, or be met twice."""
    found = play("collected")
    assert (found.returncode, found.stderr) == (0, "")
    statuses, _, counts = found.stdout.strip().rpartition("] ")
    assert counts == "48 0"
    assert set(statuses.strip("[").replace("'", "").split(", ")) <= {"applied", "partial"}


def test_fork_during_a_training(play):
    """The thread that trains does not live on in the child, which must not wait for it."""
    assert play("fork_during").stdout == "3\n"
