"""The clock of maintenance: a thread that asks the main thread for steps, whatever the program does meanwhile."""

import os
import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
LISTED = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="the system does not tell its threads")

PRELUDE = "from prelude_clock import *\n"


def test_without_a_single_collection(scene, mode):
    told = scene(
        PRELUDE
        + """
gc.disable()
f, g = jit_focus(make()), jit_once(make())
drive(f, 30)
frozen = until(lambda: verdict(g)["code"].endswith("frozen"), lambda: drive(g, 30))
until(lambda: False, lambda: drive(f, 30), 0.3)
drop()
dropped = valid(f)
armed = until(lambda: valid(f), lambda: [drive(f, 2) for _ in range(10)])
tell(frozen=frozen, dropped=dropped, armed=armed, collections=[one["collections"] for one in gc.get_stats()][0])
""",
        **mode,
    )
    assert (told["frozen"], told["dropped"], told["armed"]) == (True, 0, True)


@FORKS
def test_across_forks(scene, mode):
    told = scene(
        PRELUDE
        + """
import warnings
gc.disable()
warnings.simplefilter("error")   # CPython warns of a fork with threads
first = works()
statuses = []
for _ in range(3):
    child = os.fork()
    if not child:
        os._exit(0 if works() else 1)
    statuses.append(os.waitpid(child, 0)[1])
tell(first=first, statuses=statuses, then=works(), threads=threading.active_count())
""",
        **mode,
    )
    assert told == {"first": True, "statuses": [0, 0, 0], "then": True, "threads": 1}


@FORKS
def test_forks_while_threads_hint(scene, mode):
    told = scene(
        PRELUDE
        + """
import multiprocessing, warnings
warnings.simplefilter("ignore")  # a fork with threads is what this is about
f = jit_focus(make())
drive(f, 30)
done, statuses = [], []
def hint():
    while not done: churn()
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
for one in [hinting, *forking]: one.start()
for one in forking: one.join()
done.append(1)
hinting.join()
with multiprocessing.get_context("fork").Pool(2) as pool:
    sums = pool.map(f, range(100))
tell(statuses=sum(statuses), forks=len(statuses), sums=sums == [sum(range(n)) for n in range(100)])
""",
        **mode,
    )
    assert told == {"statuses": 0, "forks": 40, "sums": True}


#: how a process ends while the clock runs and hints come and go; and its exit code
ENDS = {
    "at its end": ("", 0),
    "sys.exit in a thread": ("thread = threading.Thread(target=sys.exit, args=(3,)); thread.start(); thread.join()", 0),
    "os._exit in a thread": ("threading.Thread(target=lambda: os._exit(6)).start(); time.sleep(30)", 6),
    "with hints at exit": ("import atexit; atexit.register(churn); atexit.register(works)", 0),
    "by a signal's handler": ("signal.signal(signal.SIGINT, lambda *a: sys.exit(4)); signal.raise_signal(2)", 4),
}

LIVELY = """
f = jit_focus(make())
drive(f, 30)
def forever():
    while True: churn()
for _ in range(2): threading.Thread(target=forever, daemon=True).start()
until(lambda: steps() > 1, lambda: drive(f, 30))
"""


@pytest.mark.parametrize("end", ENDS)
def test_the_process_ends(scene, mode, end):
    code, status = ENDS[end]
    told = scene(
        f"""
import subprocess, sys
from look import tell
ended = subprocess.run([sys.executable, "-c", {PRELUDE + LIVELY + code!r}], capture_output=True, text=True, timeout=250)
tell(status=ended.returncode, said=ended.stderr)
""",
        **mode,
    )
    assert told == {"status": status, "said": ""}


def test_beside_subinterpreters(scene, mode):
    told = scene(
        PRELUDE
        + """
import _interpreters
gc.disable()
codes = []
def other():
    one = _interpreters.create()
    codes.append(_interpreters.exec(one, "import time\\nfor _ in range(20): time.sleep(0.01); sum([*range(999)])"))
    _interpreters.destroy(one)
f = jit_focus(make())
others = [threading.Thread(target=other) for _ in range(2)]
for one in others: one.start()
before = steps()
while any(one.is_alive() for one in others):
    drive(f, 30)
    churn()
    time.sleep(0.001)
for one in others: one.join()
tell(codes=codes, stepped=steps() > before, after=works())
""",
        **mode,
    )
    assert told == {"codes": [None, None], "stepped": True, "after": True}


def test_it_takes_no_signal_and_few_steps(scene, mode):
    told = scene(
        PRELUDE
        + """
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
        status = dict(line.rstrip("\\n").split(":\\t", 1) for line in lines)
    if status["Name"] == "jitctl":
        blocked = int(status["SigBlk"], 16)
        taken.append([number for number in (signal.SIGINT, signal.SIGALRM) if not blocked >> number - 1 & 1])
before = steps()
time.sleep(3)
for _ in range(100): pass
tell(taken=taken, steps=steps() - before)
""",
        **mode,
    )
    assert told["steps"] < 12
    if sys.platform == "linux":
        assert told["taken"] == [[]]


@LISTED
def test_one_thread_until_the_last_hint(scene, mode):
    told = scene(
        PRELUDE
        + """
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
""",
        **mode,
    )
    assert told == {"most": 1, "ended": [True, True], "again": 1}


@FORKS
@LISTED
def test_a_forked_child_has_one_thread(scene, mode):
    """Until it gives a hint; hints that the parent gave are in force in it."""
    told = scene(
        PRELUDE
        + """
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
""",
        **mode,
    )
    assert told == {"status": 0, "child": [[1, 1, 2], True, 0], "parent": 2}


@FORKS
@LISTED
@pytest.mark.parametrize("when", ["before the fork", "behind the fork"])
def test_a_training_goes_on_in_a_forked_child(scene, mode, when):
    """What a parent began is finished in the child: the clock goes on there where steps are needed."""
    told = scene(
        PRELUDE
        + f"""
before = {when == "before the fork"}
f = jit_once(make())
if before:
    until(lambda: steps() > 1, lambda: drive(f, 3))
child = os.fork()
if not child:
    frozen = until(lambda: verdict(f)["code"].endswith("frozen"), lambda: (drive(f, 30), before or gc.collect()))
    os._exit(0 if frozen else 1)
tell(status=os.waitpid(child, 0)[1])
""",
        **mode,
    )
    assert told == {"status": 0}


@LISTED
def test_many_hints_in_a_row_do_not_wake_the_thread_each(scene, mode):
    told = scene(
        PRELUDE
        + """
kept = jit_focus(make())  # so that the thread stays
def woken():
    "How often the clock's thread was switched to, from its waiting."
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/status") as lines:
            found = dict(line.split(":", 1) for line in lines)
        if found["Name"].strip() == "jitctl":
            return int(found["voluntary_ctxt_switches"])
functions = [make() for _ in range(4_000)]
before = woken()
for f in functions: jit_focus(f)
tell(woken=woken() - before, hints=len(functions))
""",
        **mode,
    )
    # Once in STEP_PAUSE it may wake by itself, and a busy machine takes its time.
    assert told["woken"] < told["hints"] / 4
