"""Exceptions, budgets, samples made by callables, generators and coroutines."""

import asyncio
import gc
import time
import warnings

import pytest
from warmed import BLIND, fresh, jit_focus


def decorated(function, **options):
    return jit_focus(**{"when": "decoration", **options})(function)


def test_an_exception_is_the_reason(verdict):
    @jit_focus(sample_args=("x",))
    def plus_one(n):
        return n + 1

    assert plus_one(1) == 2
    assert verdict(plus_one).kind == ("refused", "sample-raised")
    assert "TypeError" in verdict(plus_one).message


def test_the_real_call_raises_what_it_raises():
    @jit_focus(sample_args=(1,))
    def invert(n):
        return 1 / n

    with pytest.raises(ZeroDivisionError) as caught:
        invert(0)
    assert [entry.name for entry in caught.traceback] == ["test_the_real_call_raises_what_it_raises", "invert"]
    assert caught.traceback[-1].lineno - caught.traceback[-1].frame.code.firstlineno == 2
    assert caught.value.__context__ is None


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("when", ["first-call", "decoration"])
def test_what_must_reach_the_user_does(kind, when, verdict):
    def stop(n):
        if n:
            raise kind
        return 5

    def first():
        jit_focus(sample_args=(1,), when=when)(fresh(stop))
        stop(0)

    with pytest.raises(kind):
        first()
    assert stop(0) == 5
    if when == "first-call":
        assert verdict(stop).kind == ("refused", "interrupted")


def test_other_base_exceptions_are_contained(verdict):
    def cancel():
        raise asyncio.CancelledError

    decorated(cancel, sample_args=())
    assert verdict(cancel).kind == ("refused", "sample-raised")


def test_the_calls_are_counted(verdict):
    made = []
    decorated(lambda: made.append(1), sample_args=(), budget_calls=5)
    assert len(made) == 5


def test_a_small_budget_is_named(verdict):
    def f(n):
        return n + 1

    decorated(f, sample_args=(1,), budget_calls=5)
    assert verdict(f).kind == ("partial", "budget-spent")
    assert verdict(f).measures["calls"] == 5
    assert "budget_calls" in verdict(f).advice


def test_time_is_kept_between_single_calls(verdict):
    calls = []

    def slow():
        calls.append(None)
        time.sleep(0.2)

    decorated(slow, sample_args=(), budget_ms=500)
    assert len(calls) <= 3
    assert verdict(slow).kind == ("partial", "budget-spent")
    assert "budget_ms" in verdict(slow).advice


def test_one_slow_batch_is_not_repeated(verdict):
    calls = []

    def slow():
        calls.append(None)
        time.sleep(0.004)

    decorated(slow, sample_args=(), budget_ms=40)
    assert len(calls) <= 20


def test_fresh_samples_for_every_call(verdict):
    seen = []

    def drain(items, *, to):
        seen.append(len(items))
        items.clear()
        to["x"] = 1

    decorated(drain, sample_args=lambda: ([1, 2],), sample_kwargs=lambda: {"to": {}})
    assert set(seen) == {2}
    assert verdict(drain).status == "applied" or verdict(drain).code == "not-compiled", verdict(drain)


def test_mutated_samples_end_in_a_verdict(verdict):
    def drain(items):
        return items.pop()

    decorated(drain, sample_args=([1, 2, 3],))
    assert verdict(drain).kind == ("refused", "sample-raised")
    assert "IndexError" in verdict(drain).message


@pytest.mark.parametrize("samples", [lambda: 5, lambda: 1 / 0])
def test_samples_that_cannot_be_made(samples, verdict):
    made = []
    function = decorated(fresh(lambda n: made.append(n)), sample_args=samples)
    assert verdict(function).kind == ("refused", "samples-failed")
    assert made == []


def test_a_list_of_samples_will_do(verdict):
    function = decorated(lambda n: n + 1, sample_args=lambda: [1])
    assert verdict(function).status == "applied"


def test_a_generator_is_driven_and_closed(verdict):
    closed = []

    def endless(n):
        try:
            while True:
                yield n
        finally:
            closed.append(1)

    decorated(endless, sample_args=(1,), budget_calls=20)
    assert len(closed) == 20
    first = jit_focus(sample_args=(1,), budget_calls=20)(endless)
    items = first(7)
    assert [next(items), next(items)] == [7, 7]


def test_a_generator_at_its_first_item(verdict):
    @jit_focus(sample_args=(30,))
    def count(n):
        total = 0
        while total < n:
            got = yield total
            total += got or 1
        return "end"

    items = count(5)
    assert next(items) == 0
    assert items.send(2) == 2
    with pytest.raises(StopIteration) as end:
        items.send(3)
    assert end.value.value == "end"
    assert verdict(count).status in ("applied", "partial"), verdict(count)
    assert list(count(3)) == [0, 1, 2]


def test_a_coroutine_that_finishes(verdict):
    async def inner(n):
        return n * 2

    @jit_focus(sample_args=(2,))
    async def outer(n):
        return await inner(n) + 1

    assert asyncio.run(outer(4)) == 9
    assert verdict(outer).status == "applied" or verdict(outer).code == "not-compiled", verdict(outer)


@pytest.mark.parametrize("wait", [0, 0.001])
def test_a_coroutine_that_waits(wait, verdict):
    cleaned = []

    @jit_focus(sample_args=("sample",))
    @fresh
    async def sleeper(n):
        try:
            await asyncio.sleep(wait)
        finally:
            cleaned.append(n)
        return n

    async def main():
        return await asyncio.gather(sleeper("real"), sleeper("other"))

    assert asyncio.run(main()) == ["real", "other"]
    assert verdict(sleeper).kind == ("partial", "suspended")
    assert cleaned == ["sample", "real", "other"]


def test_the_users_loop_is_left_alone(verdict):
    @jit_focus(sample_args=(True,))
    async def spawn(sample):
        if sample:
            asyncio.create_task(asyncio.sleep(60))  # noqa: RUF006
        return asyncio.get_running_loop()

    async def main():
        loop = await spawn(False)
        return loop is asyncio.get_running_loop(), len(asyncio.all_tasks())

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the sleep that no loop took is no reason for one
        assert asyncio.run(main()) == (True, 1)
        gc.collect()
    assert verdict(spawn).kind == ("partial", "suspended")


def test_an_asynchronous_generator(verdict):
    @jit_focus(sample_args=(5,))
    async def count(n):
        for i in range(n):
            yield i

    async def main():
        return [i async for i in count(3)]

    assert asyncio.run(main()) == [0, 1, 2]
    assert verdict(count).status in ("applied", "partial"), verdict(count)
    assert verdict(count).code in ("warm", "budget-spent", "not-compiled")


def test_an_asynchronous_generator_that_waits(verdict):
    closed = []

    @jit_focus(sample_args=(5,))
    async def ticks(n):
        try:
            for i in range(n):
                await asyncio.sleep(0)
                yield i
        finally:
            closed.append(n)

    async def main():
        return [i async for i in ticks(3)]

    assert asyncio.run(main()) == [0, 1, 2]
    assert verdict(ticks).kind == ("partial", "suspended")
    assert closed == [5, 3]


@pytest.mark.skipif(BLIND, reason="3.10 shows no specialisation")
def test_the_share_rises(verdict):
    class Point:
        def __init__(self, x):
            self.x = x

    def norm(points):
        total = 0
        for point in points:
            total += point.x * point.x
        return total

    decorated(norm, sample_args=([Point(i) for i in range(50)],))
    assert verdict(norm).measures["specialised_before"] == 0
    assert verdict(norm).measures["specialised_after"] >= 0.7


def test_a_measure_by_its_name():
    """What a verdict has not measured is no error: a twin to compare with has only the native backend."""
    from jitctl import stats

    function = decorated(fresh(lambda n: n + 1), sample_args=(1,))
    read = stats(function).verdict
    assert read.measure("calls") == {name: value for name, value, _ in read.measures}["calls"]
    assert read.measure("ns_per_call_before") is None
