"""A call that is stopped after its time: nothing shows it or is cut short by it, and nothing can go on for ever."""

import contextlib
import gc
import sys
import threading
import time
import warnings
import weakref

import pytest
from warmed import fresh, jit_focus

BUSY = range(200)
OLD = sys.version_info < (3, 11)  # where a `try` is, is not told there


class Thing:
    """Refers to itself."""


def busy(began, ended):
    began.append(1)
    for _ in BUSY:
        pass
    ended.append(1)


def finalisers(n, began, ended):
    class Finalised:
        def __del__(self):
            busy(began, ended)

    while n:
        Finalised()


def callbacks(n, began, ended):
    def called(_reference):
        busy(began, ended)

    while n:
        thing = Thing()
        reference = weakref.ref(thing, called)  # noqa: F841
        del thing


def generators(n, began, ended):
    def generator():
        try:
            yield
        finally:
            busy(began, ended)

    while n:
        next(generator())


def collections(n, began, ended):
    while n:
        thing = Thing()
        thing.itself = thing
        gc.collect(0)


@pytest.fixture
def told(monkeypatch):
    """Collect what Python tells of exceptions that it drops, and of warnings."""
    found = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: found.append(one.exc_type))
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        yield found
        found += shown
    assert found == []


def stopped(function, verdict, *samples, budget=5, **keywords):
    jit_focus(sample_args=samples, sample_kwargs=keywords, budget_ms=budget, when="decoration")(function)
    assert verdict(function).kind == ("partial", "stopped")


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("body", [finalisers, callbacks, generators, collections])
def test_what_python_calls_by_itself_comes_to_its_end(body, attempt, told, verdict):
    began, ended = [], []
    collector = lambda *_: busy(began, ended)  # noqa: E731
    for budget in (5, 50, 500, 5_000):  # on a busy machine a call may be stopped before it made anything
        if body is collections:
            gc.callbacks.append(collector)
        try:
            stopped(fresh(body), verdict, 1, began, ended, budget=budget)
        finally:
            if body is collections:
                gc.callbacks.remove(collector)
        assert len(began) == len(ended)
        if began:
            break
    assert began


def catches(n):
    while n:
        try:
            for _ in BUSY:
                pass
        except BaseException:
            pass


def keeps(n, kept):
    while n:
        try:
            for _ in BUSY:
                pass
        except BaseException as error:
            kept.append(error)


def suppresses(n):
    while n:
        with contextlib.suppress(BaseException):
            for _ in BUSY:
                pass


def goes_on(n):
    caught = 0
    while n:
        try:
            inner(n)
        except BaseException:
            caught += 1


def inner(n):
    while n:
        try:
            for _ in BUSY:
                pass
        except BaseException:
            pass


#: until 3.12, what comes up at a jump backwards counts as come up where it goes to, which may be the `try` again
TWICE = [] if sys.version_info < (3, 13) else [goes_on]


@pytest.mark.parametrize("body", [catches, keeps, suppresses, *TWICE])
def test_nobody_goes_on_for_ever(body, told, verdict):
    kept = [[]] if body is keeps else []
    stopped(fresh(body), verdict, 1, *kept)


def test_nobody_goes_on_for_ever_in_threads(play):
    """What the training does about an exception must not meet the next one: on 3.15, any text may raise it there."""
    found = play("keeps_in_threads")
    assert (found.returncode, found.stdout, found.stderr) == (0, "stopped\n", "")


def test_threads_come_and_go_while_frames_are_looked_at(play):
    """Until 3.11.8 a collection in `sys._current_frames()` keeps threads from beginning and waits for them."""
    found = play("frames_of_threads")
    assert (found.returncode, found.stdout, found.stderr) == (0, "stopped\n", "")


@pytest.mark.skipif(OLD, reason="3.10 does not tell where a try is")
def test_handlers_see_it_only_where_there_is_no_other_moment(told, verdict):
    seen = []

    def now_and_then(n):
        while n:
            try:
                for _ in BUSY:
                    pass
            except BaseException as error:
                seen.append(error)
                raise
            for _ in BUSY:
                pass

    stopped(now_and_then, verdict, 1)
    assert seen == []


def test_what_is_left_open_or_not_awaited(told, verdict, tmp_path):
    file = tmp_path / "file"
    file.write_text("")

    async def inner():
        pass

    def opens(n):
        while n:
            one = open(file)  # noqa: SIM115
            waits = inner()
            for _ in BUSY:
                pass
            one.close()
            waits.close()

    stopped(opens, verdict, 1)
    gc.collect()
    assert sys.unraisablehook.__name__ == "<lambda>"
    assert warnings._showwarnmsg.__module__ != "jitctl._training.watch"


def test_what_python_tells_of_others_is_still_told(monkeypatch):
    """While a stop is kept quiet, what another thread has to say is not."""
    told = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: told.append(one.exc_type))

    class Fails:
        def __del__(self):
            raise KeyError

    from jitctl._training import watch

    watch.keep_quiet()
    Fails()
    thread = threading.Thread(target=Fails)
    thread.start()
    thread.join()
    watch.speak()
    assert told == [KeyError]
    Fails()
    assert told == [KeyError, KeyError]


def test_a_handler_of_signals_comes_to_its_end(handled, told, verdict):
    """It runs wherever the function is, and belongs to the program."""
    from arrivals import kill

    began, ended = [], []

    def handler(*_):
        began.append(1)
        deadline = time.monotonic() + 0.5
        while time.monotonic() < deadline:
            pass
        ended.append(1)

    handled(handler)

    def work(n):
        kill()
        while n:
            pass

    for _ in range(20):  # on a busy machine a call may be stopped before its first line
        stopped(work, verdict, 1)
        if began:
            break
    assert (began, ended) == ([1], [1])


def test_an_import_comes_to_its_end(told, verdict, tmp_path, monkeypatch):
    (tmp_path / "slowly_imported.py").write_text(
        "import time\ntime.sleep(0.3)\nfor _ in range(100_000): pass\nEND = 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def work(n):
        import slowly_imported  # noqa: F401

        while n:
            pass

    stopped(work, verdict, 1)
    assert sys.modules.pop("slowly_imported").END == 1
