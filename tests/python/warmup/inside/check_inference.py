"""Training without samples: what is inferred, what is refused and why, and calls that do not return."""

import dataclasses
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import BLIND, SEEN, fresh

from jitctl import jit_focus, jit_once

KEPT = []

UNSEEN = "before 3.12 a plain hint would have to change the function until its first call, so it waits to be asked"
pytestmark = pytest.mark.skipif(SEEN, reason=UNSEEN)


def hinted(function, **options):
    return jit_focus(**options)(fresh(function))


@dataclasses.dataclass
class Point:
    x: int
    y: float = 2.0

    def norm(self, times: int) -> float:
        total = 0.0
        for _ in range(times):
            total += self.x * self.x + self.y
        return total


class Opened:
    def __init__(self, path: str) -> None:
        self.file = open(path)  # noqa: SIM115

    def size(self) -> int:
        return 1


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
    def sums(rows):
        found = []
        for row in rows:
            found.append(sum(row))
        return found

    hinted(sums)
    assert sums([[1, 2]]) == [3]
    assert trained(verdict(sums))
    assert "[[1, 2, 3]" in verdict(sums).message


@pytest.mark.parametrize("effect", ["global", "argument of a default", "print", "import", "attribute", "unknown"])
def test_effects_are_refused_with_their_line(effect, verdict):
    def stores(n: int):
        KEPT.append(n)

    def keeps(n: int, held=[]):  # noqa: B006
        held.append(n)
        return len(held)

    def prints(n: int):
        print(n)

    def imports(n: int):
        import json

        return json

    def sets(n: int):
        sets.n = n

    def calls(n: int):
        return time.sleep(n)

    function = dict(
        zip(
            ["global", "argument of a default", "print", "import", "attribute", "unknown"],
            [stores, keeps, prints, imports, sets, calls],
            strict=False,
        )
    )[effect]
    hinted(function)
    before = list(KEPT)
    function(0)
    assert verdict(function).kind == ("unsupported", "has-effects"), verdict(function)
    line = function.__code__.co_firstlineno + 1
    assert f"line {line}" in verdict(function).message, verdict(function)
    assert "infer=True" in verdict(function).advice
    assert ([*before, 0] if effect == "global" else before) == KEPT
    if effect == "argument of a default":
        assert function(0) == 2


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


def test_a_method_gets_an_instance_that_is_made_without_risk(verdict):
    hinted(Point.norm)
    assert Point(1).norm(1) == 3.0
    assert trained(verdict(Point.norm))
    assert "self=<Point> (instance)" in verdict(Point.norm).message


def test_arguments_are_fresh_for_every_call(verdict):
    def drain(items: list[int]):
        if len(items) != 7:
            raise ValueError("a used one")
        while items:
            items.pop()
        return len(items)

    hinted(drain)
    assert drain([1] * 7) == 0
    assert trained(verdict(drain))


def test_names_defined_later_are_met(verdict):
    namespace = {}
    exec("def early(n: 'Later') -> int:\n    return later(n) + 1\n", namespace)
    hinted(namespace["early"])
    exec("Later = int\ndef later(n):\n    return n * 2\n", namespace)
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


def test_recursion(verdict):
    namespace = {}
    exec("def fib(n: int):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n", namespace)
    hinted(namespace["fib"])
    assert namespace["fib"](10) == 55
    assert trained(verdict(namespace["fib"]))


def test_endless_recursion_is_a_reason(verdict):
    namespace = {}
    exec("def down(n: int):\n    return 0 if n == 1000003 else down(n - 1) + 1\n", namespace)
    hinted(namespace["down"])
    assert namespace["down"](1000003) == 0
    assert verdict(namespace["down"]).status in ("refused", "partial"), verdict(namespace["down"])


def test_an_exception_is_a_reason(verdict):
    def picky(n: int):
        if n != 1:
            raise ValueError("not one")
        return n

    hinted(picky)
    assert picky(1) == 1
    assert verdict(picky).kind == ("refused", "raised")
    assert "not one" in verdict(picky).message
    assert "inferred arguments" in verdict(picky).message


def test_an_inferred_call_that_does_not_return_is_stopped(verdict):
    def spin(n: int):
        while n:
            n = n
        return n

    hinted(spin, budget_ms=20)
    started = time.monotonic()
    assert spin(0) == 0
    assert time.monotonic() - started < 10
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


def test_functions_that_would_make_much_are_refused(verdict):
    def power(n: int):
        return 10**n**n

    def repeat(n: int):
        return [0] * (n * 100_000_000)

    def walk(n: int):
        return list(range(n * 10**12))

    def catch(n: int):
        while n:
            try:
                n = n
            except BaseException:
                n = 1

    for function in (power, repeat, walk, catch):
        hinted(function, when="decoration")
        assert verdict(function).kind == ("unsupported", "has-effects"), verdict(function)


def test_several_threads_meet_the_first_call():
    namespace = {}
    exec("def total(n: int):\n    return sum(i * 2 for i in range(n))\n", namespace)
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
    for name in [name for name in sys.modules if name.startswith("jitctl._inference")]:
        del sys.modules[name]

    def total(n: int):
        return n

    hinted(total)
    assert "jitctl._inference" not in sys.modules
    total(1)
    assert "jitctl._inference" in sys.modules


class Endless:
    """Made to be looked at, where a method needs an instance."""

    def __init__(self):
        number = 0
        while number >= 0:
            number ^= 1

    @jit_focus
    def method(self, n: int):
        return n


def test_an_instance_whose_making_does_not_end_is_given_up(verdict):
    assert Endless.method(None, 3) == 3
    assert verdict(Endless.method).kind == ("partial", "stopped"), verdict(Endless.method)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell how much memory is in use")
def test_a_call_that_takes_a_lot_of_memory_is_stopped(verdict):
    def doubles(n: int):
        text = "text"
        while n:
            text = text + text

    hinted(doubles, budget_ms=20_000)
    began = time.monotonic()
    doubles(0)
    assert time.monotonic() - began < 20
    assert verdict(doubles).kind == ("partial", "stopped"), verdict(doubles)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 2_000_000, peak


@pytest.mark.parametrize("how", ["repr", "compare", "hash", "iterate"])
def test_containers_in_containers_of_unknown_depth_are_refused(verdict, how):
    def shows(n: int):
        nested = []
        for _ in range(n * 9):
            nested = [nested, nested]
        return str(nested)

    def compares(n: int):
        one, other = [], []
        for _ in range(n * 9):
            one, other = [one, one], [other, other]
        return one == other

    def hashes(n: int):
        nested = ()
        for _ in range(n * 9):
            nested = (nested, nested)
        return hash(nested)

    def iterates(n: int):
        nested = iter([1])
        for _ in range(n * 100_000):
            nested = zip(nested)
        return list(nested)

    function = {"repr": shows, "compare": compares, "hash": hashes, "iterate": iterates}[how]
    hinted(function)
    function(0)
    assert verdict(function).kind == ("unsupported", "has-effects"), verdict(function)
    assert "to a depth that is not known" in verdict(function).message
