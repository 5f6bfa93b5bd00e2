"""Training without samples: what is inferred, what is refused and why, and calls that do not return."""

import sys
import threading
import time
from pathlib import Path

import pytest
from warmed import BLIND, SEEN, fresh, jit_focus, jit_once

KEPT = []

UNSEEN = "before 3.12 a plain hint would have to change the function until its first call, so it waits to be asked"
pytestmark = pytest.mark.skipif(SEEN, reason=UNSEEN)


def hinted(function, **options):
    return jit_focus(**options)(fresh(function))


def trained(seen):
    assert seen.code in ("warm", "not-compiled", "budget-spent"), seen
    assert seen.measures["calls"] >= 8, seen
    return True


def test_an_annotation_is_enough(verdict):
    def total(n: int):
        result = 0
        for i in range(n):
            result += i
        return result

    hinted(total)
    assert verdict(total).kind == ("pending", "first-call")
    assert total(4) == 6
    assert trained(verdict(total))
    assert "inferred arguments: n=7 (annotation)" in verdict(total).message
    assert verdict(total).measures["confidence"] == pytest.approx(0.9)
    assert verdict(total).measures["inference"] > 0


def test_use_is_enough_and_is_said_to_be_less_sure(verdict):
    def shout(text):
        return text.upper().split()

    hinted(shout)
    assert shout("a b") == ["A", "B"]
    assert trained(verdict(shout))
    assert "(usage)" in verdict(shout).message
    assert verdict(shout).measures["confidence"] == pytest.approx(0.5)


def test_a_default_is_left_to_the_call(verdict):
    def repeat(text: str, rounds=3):
        return [text for _ in range(rounds)]

    hinted(repeat)
    assert repeat("a", 1) == ["a"]
    assert trained(verdict(repeat))
    assert "rounds" not in verdict(repeat).message


def test_wrong_guesses_are_followed_by_others(verdict):
    def total(rows):
        result = 0
        for row in rows:
            result += sum(row)
        return result

    hinted(total)
    assert total([[1, 2]]) == 3
    assert trained(verdict(total))
    assert "[[1, 2, 3]" in verdict(total).message


def test_infer_allows_effects(verdict):
    def stores(n: int):
        KEPT.append(n)

    KEPT.clear()
    hinted(stores, infer=True)
    stores(5)
    assert trained(verdict(stores))
    assert KEPT[0] == 7
    assert KEPT[-1] == 5
    KEPT.clear()


def test_infer_false_never_calls(verdict):
    def total(n: int):
        return n

    hinted(total, infer=False)
    assert verdict(total).kind == ("unsupported", "no-samples")


def test_what_cannot_be_inferred_is_named(verdict):
    def passes(first: int, thing):
        return thing

    hinted(passes)
    passes(1, 2)
    assert verdict(passes).kind == ("unsupported", "no-samples")
    assert "parameter thing" in verdict(passes).message
    assert "sample_args" in verdict(passes).advice


def test_samples_for_a_call_without_arguments(verdict):
    def answer():
        return 42

    hinted(answer, sample_args=())
    assert answer() == 42
    assert trained(verdict(answer))
    assert "inferred" not in verdict(answer).message


def test_without_parameters_nothing_has_to_be_inferred(verdict):
    def answer():
        return sum([1, 2])

    hinted(answer)
    assert answer() == 3
    assert trained(verdict(answer))


def test_once_is_inferred_too(verdict):
    total = jit_once(fresh(lambda n=5: [i + 0 for i in range(n)]))
    assert total() == [0, 1, 2, 3, 4]
    assert trained(verdict(total))


@pytest.mark.parametrize("when", ["decoration", "background"])
def test_other_moments(when, settled):
    def total(n: int):
        return sum(range(n))

    hinted(total, when=when)
    assert trained(settled(total))


def test_arguments_are_fresh_for_every_call(verdict):
    def doubles(items: list[int]):
        if len(items) != 7:
            raise ValueError("a used one")
        items += [1]
        return len(items)

    hinted(doubles)
    assert doubles([1] * 7) == 8
    assert trained(verdict(doubles))


def test_names_defined_later_are_met(verdict):
    namespace = {}
    exec("def early(n: 'Later') -> int:\n    return n + LATER\n", namespace)
    hinted(namespace["early"])
    exec("Later = int\nLATER = 2\n", namespace)
    assert namespace["early"](1) == 3
    assert trained(verdict(namespace["early"]))


def test_names_that_never_come_are_named(verdict):
    namespace = {}
    exec("def early(n: int) -> int:\n    return later(n) if n else 0\n", namespace)
    hinted(namespace["early"])
    assert namespace["early"](0) == 0
    assert verdict(namespace["early"]).code == "has-effects"
    assert "later, which does not exist yet" in verdict(namespace["early"]).message


def test_annotations_are_not_evaluated(verdict):
    namespace = {"ran": []}
    exec("def f(n: 'ran.append(1)', m: 'int') -> 'ran.append(2)':\n    return n + 1\n", namespace)
    hinted(namespace["f"])
    assert namespace["f"](1, 2) == 2
    assert namespace["ran"] == []
    assert trained(verdict(namespace["f"]))


def test_an_exception_is_a_reason(verdict):
    def picky(n: int):
        if n != 1:
            raise ValueError("not one")
        return n

    hinted(picky)
    assert picky(1) == 1
    assert verdict(picky).kind == ("refused", "sample-raised")
    assert "not one" in verdict(picky).message
    assert "inferred arguments" in verdict(picky).message


def test_an_inferred_call_that_does_not_return_is_stopped(verdict):
    def spin(n: int):
        while n:
            n = n
        return n

    hinted(spin, budget_ms=20, infer=True)
    assert spin(0) == 0
    assert verdict(spin).kind == ("partial", "stopped")
    assert "budget_ms" in verdict(spin).advice
    assert spin(0) == 0


@pytest.mark.parametrize("when", ["first-call", "decoration", "background"])
def test_a_call_with_samples_that_does_not_return_is_stopped(when, settled):
    def spin(n):
        while n:
            try:
                n += int("1")
            except Exception:
                n = 1

    hinted(spin, sample_args=(1,), budget_ms=20, when=when)
    if when == "first-call":
        spin(0)
    assert settled(spin).kind == ("partial", "stopped")
    spin(0)


def test_a_generator_that_does_not_yield_is_stopped(verdict):
    closed = []

    def spin(n):
        try:
            while n:
                # 3.13 leaves a loop's jump out of the `try`: what is raised right there is not seen by the `finally`.
                time.sleep(0.002)
        finally:
            closed.append(1)
        yield n

    hinted(spin, sample_args=(1,), budget_ms=200, when="decoration")
    assert verdict(spin).kind == ("partial", "stopped")
    assert closed == [1]


def test_what_stops_a_call_does_not_reach_the_user(verdict):
    # Calls that take about as long as they may: the exception comes before, in or just after them.
    def spin(seconds):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass

    codes = set()
    for step in range(12):
        one = type(spin)(spin.__code__.replace(), {"time": time})
        jit_focus(sample_args=(0.0035 + step * 0.0001,), budget_ms=2, when="decoration")(one)
        for _ in range(2000):
            pass
        codes.add(verdict(one).code)
    assert codes <= {"stopped", "budget-spent", "warm", "not-compiled"}, codes


def test_a_training_within_a_training_has_a_time_of_its_own(verdict):
    def inner(n):
        while n:
            pass

    def outer():
        jit_focus(sample_args=(1,), budget_ms=30, when="decoration")(fresh(inner))
        return 1

    hinted(outer, sample_args=(), budget_ms=40, budget_calls=1, when="decoration")
    assert verdict(inner).kind == ("partial", "stopped")
    assert verdict(outer).code in ("budget-spent", "not-compiled")  # the second where the JIT is on


def test_several_threads_meet_the_first_call():
    namespace = {}
    exec("def total(n: int):\n    return sum([i * 2 for i in range(n)])\n", namespace)
    total = hinted(namespace["total"])
    found = []
    threads = [threading.Thread(target=lambda: found.extend(total(10) for _ in range(50))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {90}


@pytest.mark.skipif(BLIND, reason="3.10 shows no specialisation")
def test_nothing_is_judged_before_the_first_call():
    for name in [name for name in sys.modules if name.startswith("jitctl._training.inference")]:
        del sys.modules[name]

    def total(n: int):
        return n

    hinted(total)
    assert "jitctl._training.inference" not in sys.modules
    total(1)
    assert "jitctl._training.inference" in sys.modules


class Endless:
    """Made where a method needs an instance, since `infer=True` allows it."""

    def __init__(self):
        number = 0
        while number >= 0:
            number ^= 1

    def method(self, n: int):
        return n


def test_an_instance_whose_making_does_not_end_is_given_up(verdict):
    hinted(Endless.method, infer=True, budget_ms=20)
    assert Endless.method(None, 3) == 3
    assert verdict(Endless.method).kind == ("partial", "stopped"), verdict(Endless.method)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell how much memory is in use")
def test_a_call_that_takes_a_lot_of_memory_is_stopped(verdict):
    def doubles(n: int):
        text = "text"
        while n:
            text = text + text

    hinted(doubles, budget_ms=600_000, infer=True)
    doubles(0)
    assert verdict(doubles).kind == ("partial", "stopped"), verdict(doubles)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 2_000_000, peak
