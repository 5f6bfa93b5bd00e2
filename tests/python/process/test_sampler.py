"""The sampler: it counts where the time goes, in all threads, sees compiled code, and leaves what others use alone."""

import json
import os
import signal
import sys

import pytest
from applies import SAME_WITH_JIT
from child import child
from place import CHILDREN, HOME

from jitctl import _router
from jitctl._process.sampler import Gone, Sampler

PLACES = os.pathsep.join([HOME, CHILDREN])
POSIX = hasattr(signal, "setitimer")
pytestmark = [pytest.mark.skipif(not POSIX, reason="this system has no timer of processor time"), SAME_WITH_JIT]


def by_name(sampler):
    found = {}
    for code, count in sampler.by_code().items():
        found[code.co_name] = found.get(code.co_name, 0) + count
    return found


@pytest.fixture
def told(run):
    """Run a part of the programs and give the object that it printed as JSON."""

    def start(part, given=None, **environment):
        done = run(*child(__file__, part, given), PYTHONPATH=PLACES, **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return start


@pytest.fixture
def extension(told):
    """Skip where the extension cannot sample, with its own reason."""
    reason = told("why_the_extension_cannot_sample")
    if reason is not None:
        pytest.skip(reason)


def test_where_the_extension_can_sample(told):
    known = sys.implementation.name == "cpython" and sys.platform == "linux" and sys.version_info >= (3, 13)
    reason = told("why_the_extension_cannot_sample")
    if known and _router.backend.describe()["extension"]:
        assert reason is None
    else:
        assert reason


def test_time_counts_for_the_function_that_has_it(told):
    found = told("time_counts_for_the_function_that_has_it")
    assert max(found, key=found.get) == "spin"


def test_lines_are_within_their_function(told):
    found = told("lines_are_within_their_function")
    assert found
    assert set(found) <= set(range(1, 7))


def test_all_threads_are_seen(extension, told):
    found = told("all_threads_are_seen")
    if "Linux 6.4" in found[2]:
        pytest.skip(found[2])
    assert found[0] > 10 * found[1]


def test_code_that_is_freed_keeps_its_samples(extension, told):
    """Another code object may get its address; the samples of neither may go to the other."""
    found = told("code_that_is_freed_keeps_its_samples")
    assert found["one gone"] > 0
    assert found["two gone"] > 0
    assert "one living" not in found
    assert "two living" not in found
    assert set(found["lines"]) <= {1, 2, 3, 4}


def test_compiled_code_of_cpython_is_told(extension, told):
    if not _router.backend.describe()["jit_built"] or sys.version_info < (3, 14):
        pytest.skip("this interpreter has no JIT that can be seen")
    found = told("compiled_code_of_cpython_is_told", PYTHON_JIT="1")
    note, inside, first, timeline = found
    assert note == ""
    interpreted, compiled = inside["spin"]
    assert compiled > 5 * interpreted
    assert first is not None
    assert sum(all_of_it for all_of_it, _ in timeline) >= sum(some for _, some in timeline) > 0
    # What compiled code calls in C, and that in Python, is interpreted: the executor is put aside meanwhile.
    if "called" in inside and sum(inside["called"]) > 10:
        assert inside["called"][0] > inside["called"][1]


def test_compiled_code_of_our_own_is_told(extension, told):
    usable = [one["usable"] for one in _router.backend.candidates() if one["name"] == "compiler"]
    if not any(usable):
        pytest.skip("the backend compiler cannot be used here")
    code, (interpreted, compiled) = told("compiled_code_of_our_own_is_told", JITCTL_BACKEND="compiler")
    assert code == "compiled"
    assert compiled > 5 * interpreted


def test_the_same_without_machine_code(extension, told):
    _, (interpreted, compiled), *_ = told("the_same_without_machine_code", JITCTL_BACKEND="noop", PYTHON_JIT="0")
    assert compiled == 0
    assert interpreted > 0


@pytest.mark.parametrize("before", ["signal.signal(signal.SIGPROF, lambda *_: None)", "USES_TIMER"])
def test_it_declines_where_the_program_uses_the_signal(told, before):
    text = before.replace("USES_TIMER", "signal.setitimer(signal.ITIMER_PROF, 1000, 1000)")
    found = told("it_declines_where_the_program_uses_the_signal", given={"text": text})
    method, note, samples, same = found
    assert (method, samples, same) == ("none", 0, True)
    assert "SIGPROF" in note or "ITIMER_PROF" in note


def test_it_gives_way_to_a_program_that_begins_to_use_the_signal(told):
    found = told("it_gives_way_to_a_program_that_begins_to_use_the_signal")
    assert found[:3] == [0, True, True]
    assert "the program set a handler of SIGPROF" in found[3]
    assert found[4]


def test_a_signal_of_somebody_else_does_what_it_always_does(extension, run):
    done = run(*child(__file__, "a_signal_of_somebody_else"), PYTHONPATH=PLACES)
    assert done.returncode == -signal.SIGPROF


def test_the_signal_is_given_back(told):
    found = told("the_signal_is_given_back")
    assert found == [True, True, [0.0, 0.0]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_no_timer_and_gives_nothing(told):
    found = told("a_forked_child_has_no_timer_and_gives_nothing")
    assert found == [0, True]


@pytest.mark.skipif(not hasattr(os, "execv"), reason="this system has no exec")
def test_a_program_that_executes_another_one_is_not_ended_by_the_timer(run):
    done = run(*child(__file__, "it_executes_another_program"), PYTHONPATH=PLACES)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_frames_that_are_not_where_they_should_be_are_not_looked_at(extension, told):
    """What the self-test finds in another place than expected is said, and the handler in Python samples."""
    found = told("frames_that_are_not_where_they_should_be_are_not_looked_at", JITCTL_SAMPLER_FALSIFY="frames")
    assert (found[0], found[2]) == ("python", True)
    assert "self-test: the function of a frame is" in found[1]


def test_an_executor_that_is_not_where_it_should_be_is_not_read(extension, told):
    if not _router.backend.describe()["jit_built"] or sys.version_info < (3, 14):
        pytest.skip("this interpreter has no JIT that can be seen")
    found = told(
        "an_executor_that_is_not_where_it_should_be_is_not_read", JITCTL_SAMPLER_FALSIFY="executor", PYTHON_JIT="1"
    )
    assert (found[0], found[2], found[3]) == ("extension", False, ["None"])
    assert "the current executor would be at" in found[1]


def test_samples_are_taken_wherever_frames_come_and_go(told):
    """Threads, generators, exceptions, recursion and code that is made and freed, while the handler looks at frames."""
    found = told("samples_are_taken_wherever_frames_come_and_go")
    assert found[:2] == [0, 0]
    assert found[3]


def test_a_name_of_what_is_gone_ends_with_its_own():
    assert Gone("A.f.<locals>.g", "a.py", 3).co_name == "g"
    assert Sampler().method == "none"
