"""Twins share nothing that is compiled; arguments are recorded where a call can be repeated."""

import pytest

from jitctl._tune.arguments import MOST, Recorder, is_immutable, key_of, of_user
from jitctl._tune.judging import break_even
from jitctl._tune.rules_file import code_hash
from jitctl._tune.twins import obstacle, twin


def nested(values, *, step=2):
    """Doc."""
    return [value + step for value in values if (lambda x: x > 1)(value)]


def codes(code):
    yield code
    for one in code.co_consts:
        if type(one) is type(code):
            yield from codes(one)


def test_a_twin_does_the_same_with_code_of_its_own():
    made = twin(nested)
    assert made([1, 2, 3]) == nested([1, 2, 3]) == [4, 5]
    assert (made.__qualname__, made.__doc__, made.__module__) == (nested.__qualname__, "Doc.", __name__)
    assert not hasattr(made, "__wrapped__")
    mine, other = list(codes(made.__code__)), list(codes(nested.__code__))
    assert len(mine) == len(other) > 1
    assert not {id(one) for one in mine} & {id(one) for one in other}


def test_a_twin_keeps_what_is_closed_over():
    total = 0

    def add(number):
        nonlocal total
        total += number
        return total

    assert twin(add)(2) == 2
    assert total == 2


def recursive(number):
    return 1 if number < 2 else recursive(number - 1)


def generator():
    yield 1


def test_what_twins_cannot_stand_for():
    assert "calls itself" in obstacle(recursive)
    assert "generator" in obstacle(generator)
    assert obstacle(nested) == ""

    def inner(number):
        return inner(number - 1) if number else 0

    assert "calls itself" in obstacle(inner)


@pytest.mark.parametrize(
    ("value", "expected"),
    [((1, "a", (None, 2.5)), True), ((1, [2]), False), (frozenset([1]), True), ({}, False), (object(), False)],
)
def test_what_cannot_be_changed(value, expected):
    assert is_immutable(value) is expected


def test_a_subclass_of_a_number_is_not_taken_for_one():
    class Number(int):
        pass

    assert not is_immutable(Number(1))


def wanted(one, two=3):
    return one


def not_wanted(one):
    return one


def recording(*functions):
    return Recorder(key_of(function.__code__) for function in functions)


def test_a_function_with_one_call_that_cannot_be_repeated_has_none():
    recorder = recording(wanted)
    recorder.start()
    try:
        not_wanted(1)
        wanted(1)
        wanted([])
        wanted(2)
    finally:
        recorder.stop()
        recorder.stop()
    assert recorder.found[key_of(wanted.__code__)] == []
    assert key_of(not_wanted.__code__) not in recorder.found


def test_what_was_recorded_is_what_was_passed():
    recorder = recording(wanted)
    recorder.start()
    try:
        for number in range(10):
            wanted(number, two="x")
    finally:
        recorder.stop()
    assert recorder.found[key_of(wanted.__code__)] == [(number, "x") for number in range(MOST)]


def test_samples_of_the_user():
    assert of_user((1, 2))() == [(1, 2)]
    assert of_user(lambda: [[3]])() == [([3],)]
    with pytest.raises(TypeError, match="must be a tuple"):
        of_user(7)


def test_after_how_many_calls_it_pays():
    assert break_even([(10, 100, 50)], 10.0, 5.0) == 10
    # 400 ns were lost in the first 20 calls, and a call saves 5 ns from then on.
    assert break_even([(10, 100, 400), (10, 100, 200)], 10.0, 5.0) == 100
    assert break_even([(10, 100, 400), (10, 400, 100)], 10.0, 5.0) == 20
    assert break_even([(10, 100, 400)], 10.0, 10.0) is None


def test_the_hash_says_whether_code_is_the_same():
    assert code_hash(nested.__code__) == code_hash(twin(nested).__code__)
    assert code_hash(nested.__code__) != code_hash(wanted.__code__)
    found = eval("lambda x: x in {1, 'a', 'b', 'c'}").__code__
    assert code_hash(found) == code_hash(found.replace())
