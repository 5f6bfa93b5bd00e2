"""The clock of maintenance: a thread that asks the main thread for steps, whatever the program does meanwhile."""

import os
import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
LISTED = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="the system does not tell its threads")


def test_without_a_single_collection(scene, mode):
    told = scene("without_a_single_collection", **mode)
    assert (told["frozen"], told["dropped"], told["armed"]) == (True, 0, True)


@FORKS
def test_across_forks(scene, mode):
    told = scene("across_forks", **mode)
    assert told == {"first": True, "statuses": [0, 0, 0], "then": True, "threads": 1}


@FORKS
def test_forks_while_threads_hint(scene, mode):
    told = scene("forks_while_threads_hint", **mode)
    assert told == {"statuses": 0, "forks": 40, "sums": True}


#: how a process ends while the clock runs and hints come and go; and its exit code
ENDS = {
    "at its end": 0,
    "sys.exit in a thread": 0,
    "os._exit in a thread": 6,
    "with hints at exit": 0,
    "by a signal's handler": 4,
}


@pytest.mark.parametrize("end", ENDS)
def test_the_process_ends(scene, mode, end):
    told = scene("the_process_ends", given={"end": end}, **mode)
    assert told == {"status": ENDS[end], "said": ""}


def test_beside_subinterpreters(scene, mode):
    told = scene("beside_subinterpreters", **mode)
    assert told == {"codes": [None, None], "stepped": True, "after": True}


def test_it_takes_no_signal_and_few_steps(scene, mode):
    told = scene("it_takes_no_signal_and_few_steps", **mode)
    assert told["steps"] < 4 * told["seconds"]
    if sys.platform == "linux":
        assert told["taken"] == [[]]


@LISTED
def test_one_thread_until_the_last_hint(scene, mode):
    told = scene("one_thread_until_the_last_hint", **mode)
    assert told == {"most": 1, "ended": [True, True], "again": 1}


@FORKS
@LISTED
def test_a_forked_child_has_one_thread(scene, mode):
    """Until it gives a hint; hints that the parent gave are in force in it."""
    told = scene("a_forked_child_has_one_thread", **mode)
    assert told == {"status": 0, "child": [[1, 1, 2], True, 0], "parent": 2}


@FORKS
@LISTED
@pytest.mark.parametrize("when", ["before the fork", "behind the fork"])
def test_a_training_goes_on_in_a_forked_child(scene, mode, when):
    """What a parent began is finished in the child: the clock goes on there where steps are needed."""
    told = scene("a_training_goes_on_in_a_forked_child", given={"when": when}, **mode)
    assert told == {"status": 0}


@LISTED
def test_many_hints_in_a_row_do_not_wake_the_thread_each(scene, mode):
    told = scene("many_hints_in_a_row_do_not_wake_the_thread_each", **mode)
    # Once in STEP_PAUSE it may wake by itself, and a busy machine takes its time.
    assert told["woken"] < told["hints"] / 4
