"""Exceptions that arrive from outside during a training reach the caller of the function, as they would without it."""

import itertools
import operator
import signal
import sys
import threading
import time
from functools import partial

import pytest
from arrivals import HANDLERS, Arrived, ArrivedBase, WithWords, from_another_thread, kill, once_only, raiser
from warmed import fresh, jit_focus


def in_a_loop(n, ready):
    i = 0
    while not ready:
        i += 1
    kill_if(ready)
    while n:  # until it arrives
        i += 1
    return i


def kill_if(ready):
    if ready.pop() == "kill":
        kill()


def called(hint, function, when, *more):
    """Hint a function and bring the training to its moment."""
    hint(fresh(function))
    if when == "first-call":
        function(0, *more)


def train(function, samples, when):
    called(jit_focus(sample_args=samples, budget_ms=60_000, when=when), function, when, ["no"])


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("when", ["first-call", "decoration"])
def test_a_signal_handler(when, handler, handled, verdict):
    handled(HANDLERS[handler])
    function = in_a_loop
    with pytest.raises(Arrived):
        train(function, lambda: (1, ["kill"]), when)
    assert verdict(function).kind == ("refused", "interrupted")
    assert "Arrived" in verdict(function).message
    assert function(0, ["no"]) == 0


@pytest.mark.parametrize("kind", [Arrived, ArrivedBase, WithWords, TimeoutError, pytest.fail.Exception])
@pytest.mark.parametrize("when", ["first-call", "decoration"])
def test_every_kind_of_exception(when, kind, handled):
    handled(partial(raiser, kind))
    with pytest.raises(kind):
        train(in_a_loop, lambda: (1, ["kill"]), when)


def test_a_handler_that_a_function_in_c_runs(handled):
    """`sleep` looks for signals itself, and is stopped by the handler's exception."""
    handled(once_only)

    def asleep(n):
        if n:
            threading.Timer(0.01, kill).start()
            time.sleep(60)
        return n

    jit_focus(sample_args=(1,), budget_ms=600_000)(asleep)
    with pytest.raises(Arrived):
        asleep(0)


def sleeps(n):
    """Make one call in C; its time is over, and its stop waits, long before the signal comes."""
    if n:
        main = threading.main_thread().ident
        threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGUSR1)).start()
        time.sleep(2)
    return n


def sleeps_and_catches(n):
    try:
        return sleeps(n)
    except BaseException:
        pass


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_stop_that_waits_does_not_cut_a_handler_short(handler, handled):
    """The first line that the thread runs after the call in C is the handler's."""
    handled(HANDLERS[handler])
    with pytest.raises(Arrived):
        jit_focus(sample_args=(1,), budget_ms=5, when="decoration")(fresh(sleeps))


@pytest.mark.parametrize("body", [sleeps, sleeps_and_catches])
def test_a_handler_comes_to_its_end_while_a_stop_waits(body, handled):
    lines = []

    def handler(*_):
        lines.append("first")
        for _ in range(1_000):
            pass
        lines.append("last")
        if body is sleeps_and_catches:
            raise Arrived

    handled(handler)
    jit_focus(sample_args=(1,), budget_ms=5, when="decoration")(fresh(body))
    assert lines == ["first", "last"]


def test_while_arguments_are_inferred(handled, monkeypatch, verdict):
    """Whatever the arguments' making raises is caught there, but not what came from outside."""
    from jitctl._training import inference

    def interrupted(*arguments):
        kill()
        return found(*arguments)

    def work(n: int):
        return n

    handled(partial(raiser, Arrived))
    found = inference.plans
    monkeypatch.setattr(inference, "plans", interrupted)
    with pytest.raises(Arrived):
        jit_focus(infer=True)(work)(0)
    assert verdict(work).kind == ("refused", "interrupted")


def test_what_was_handled_before_is_not_what_inference_met(handled, monkeypatch, verdict):
    """An error of the making does not count as one from outside for having come up while such a one is handled."""
    from jitctl._training import inference

    def failing(*_):
        raise ValueError("of the making")

    def work(n: int):
        return n

    handled(partial(raiser, Arrived))
    monkeypatch.setattr(inference, "plans", failing)
    try:
        kill()
        for _ in range(1_000):
            pass
    except Arrived:
        assert jit_focus(infer=True)(work)(3) == 3
    assert "making the arguments raised ValueError" in verdict(work).message


@pytest.mark.parametrize("kind", [Arrived, ArrivedBase, WithWords, TimeoutError])
@pytest.mark.parametrize("when", ["first-call", "decoration"])
def test_from_another_thread(when, kind, verdict):
    running = threading.Event()
    thread = threading.get_ident()

    def work(n):
        running.set()
        while n:
            pass
        return n

    def other():
        running.wait(60)
        from_another_thread(kind, thread)

    helper = threading.Thread(target=other)
    helper.start()
    with pytest.raises(kind):
        called(jit_focus(sample_args=(1,), budget_ms=60_000, when=when), work, when)
    helper.join()
    assert verdict(work).kind == ("refused", "interrupted")
    assert work(0) == 0


def test_after_a_call_of_c(verdict):
    """CPython looks after a call, too: there is no instruction between that could not have raised it."""

    def work(n):
        if n:
            from_another_thread(Arrived)
        return n

    with pytest.raises(Arrived):
        jit_focus(sample_args=(1,))(work)(0)


def test_it_is_not_replaced_by_the_one_that_stops_a_training():
    """The call is in C, beyond twice its budget, when both are to be set, and there is room for one only."""
    thread, holding, seen = threading.get_ident(), threading.Lock(), []

    def work(n):
        if n:
            holding.acquire()
            threading.Thread(target=other).start()
            holding.acquire()  # in C, so that nothing arrives
            seen.append(n)
        return n

    def other():
        from_another_thread(Arrived, thread)
        time.sleep(0.3)  # in which the training would stop the call many times over
        holding.release()

    with pytest.raises(Arrived):
        jit_focus(sample_args=(1,), budget_ms=20)(work)(0)


def test_what_comes_of_it_reaches_the_caller_as_well(handled):
    handled(HANDLERS["lambda"])

    def converts(n):
        try:
            if n:
                kill()
                while True:
                    pass
        except Arrived:
            raise ValueError("stopped") from None
        return n

    with pytest.raises(ValueError, match="stopped"):
        jit_focus(sample_args=(1,))(converts)(0)


@pytest.mark.parametrize("where", ["sample_args", "generator", "coroutine"])
def test_wherever_it_arrives(where, handled):
    handled(HANDLERS["function"])

    def plain(n):
        return n

    def generator(n):
        if n:
            kill()
        while n:
            yield n

    async def coroutine(n):
        if n:
            kill()
        while n:
            pass
        return n

    def samples():
        kill()
        while True:
            pass

    function = {"sample_args": plain, "generator": generator, "coroutine": coroutine}[where]
    options = {"sample_args": samples if where == "sample_args" else (1,)}
    with pytest.raises(Arrived):
        jit_focus(budget_ms=60_000, when="decoration", **options)(function)


def test_a_debugger_that_quits(verdict):
    """A trace function's exception is no exception of the function."""

    class Quit(Exception):
        pass

    def work(n):
        n += 1
        return n

    def trace(frame, event, _argument):
        if frame.f_code is work.__code__ and event == "line":
            sys.settrace(None)
            raise Quit
        return trace

    sys.settrace(trace)
    try:
        with pytest.raises(Quit):
            jit_focus(sample_args=(1,), when="decoration")(work)
    finally:
        sys.settrace(None)


def test_a_handler_in_c(handled, verdict):
    """It leaves no frame of its own."""

    def work(n):
        if n:
            kill()
        return n

    handled(operator.itemgetter(0).__call__)
    with pytest.raises(TypeError, match="itemgetter expected 1 argument"):
        jit_focus(sample_args=(1,))(work)(0)


@pytest.mark.parametrize("room", [*range(4, 24), 40])
def test_too_little_room_on_the_stack_for_a_training(run_part, room):
    """The training's own RecursionError does not become the caller's; in a new process, which imports all it needs."""
    expected, found = run_part(
        "too_little_room_on_the_stack_for_a_training", given={"room": room}, JITCTL_BACKEND="warmup"
    ).split("|")
    assert found == expected


def test_a_handler_that_ran_between_two_calls(handled):
    """Its frame is the first of the traceback then; a function that is a handler itself may raise what it likes."""
    from jitctl._training import interruption

    def handler(*_):
        raise Arrived

    handled(handler)
    try:
        handler()
    except Arrived as error:
        arrived = error.with_traceback(error.__traceback__.tb_next)
    assert interruption.is_foreign(arrived)
    assert not interruption.is_foreign(arrived, interruption.baseline(handler))


def test_from_another_thread_into_a_loop_that_compares():
    """3.11 runs a comparison and the jump behind it as one instruction."""
    main = threading.get_ident()

    def begin():
        threading.Timer(0.02, from_another_thread, (Arrived, main)).start()

    def body(limit, begin):
        begin()
        i = 0
        while i < limit:
            i += 1
        return i

    def samples():  # it runs so once it is specialised
        return (10**9, begin) if next(calls) == 30 else (3, lambda: None)

    for _ in range(5):
        function, calls = fresh(body), itertools.count()
        jit_focus(sample_args=samples, budget_ms=20_000)(function)
        with pytest.raises(Arrived):
            function(3, lambda: None)
