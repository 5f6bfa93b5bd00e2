"""What has no bytecode comes back untouched, with a verdict that says why and what to do."""

import abc
import enum
import functools
import operator
import sys
import types
import typing

import pytest

CPYTHON = sys.implementation.name == "cpython"


class Callable:
    def __call__(self):
        return 1

    def __repr__(self):
        raise AssertionError("a message must not need this")


class Slotted:
    __slots__ = ()

    def __call__(self):
        return 2


class Nothing:
    size = 3


def f():
    return 0


CASES = [
    ("builtin", len, "len is built into"),
    ("partial", functools.partial(f), "functools.partial"),
    ("callable-instance", Callable(), "an instance of Callable can be called"),
    ("callable-instance", Slotted(), "an instance of Slotted can be called"),
    ("no-functions", Nothing, "class Nothing defines no function"),
    ("no-functions", property(), "no function yet"),
]
if CPYTHON:  # written in Python elsewhere
    CASES += [
        ("builtin", str.upper, "str.upper is built into"),
        ("builtin", [].append, "list.append is built into"),
        ("builtin", object.__init__, "object.__init__ is built into"),
        ("builtin", staticmethod(len), "len is built into"),
        ("lru-cache", functools.lru_cache(f), "f is a cache in front of a function"),
        ("c-function", operator.itemgetter(0), "itemgetter is implemented outside Python"),
        ("c-class", int, "class int is implemented outside Python"),
    ]


@pytest.mark.parametrize("hint", ["focus", "ignore", "once"])
@pytest.mark.parametrize(("code", "thing", "words"), CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)])
def test_the_verdict_says_why(jitctl, hint, code, thing, words):
    assert getattr(jitctl, f"jit_{hint}")(thing) is thing
    record = jitctl.stats(thing)
    record = record if isinstance(record, jitctl.Record) else record[0]
    verdict = record.verdict
    assert (record.hint, verdict.status, verdict.code) == (hint, "unsupported", code)
    assert words in verdict.message
    assert verdict.advice
    assert record.tier is None
    assert code in str(record)


@pytest.mark.skipif(not CPYTHON, reason="lru_cache is a Python function elsewhere")
def test_a_cached_method_in_a_class_is_reached(jitctl):
    @jitctl.jit_focus
    class C:
        @functools.lru_cache  # noqa: B019
        def cached(self):
            pass

        def method(self):
            pass

    assert [record.name for record in jitctl.stats(C)] == ["cached", "method"]
    [cached] = [record for record in jitctl.stats(C) if record.name == "cached"]
    assert cached.tier is not None or not jitctl._backend.describe()["extension"]
    assert "called through a _lru_cache_wrapper, which has no bytecode" in cached.verdict.message


@pytest.mark.parametrize("hint", ["focus", "ignore", "once"])
@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        (3, "3 (int)"),
        (None, "None (NoneType)"),
        ("text", "'text' (str)"),
        (sys, "<module 'sys' (built-in)> (module)"),
        (f.__code__, None),
        (property(3), None),
    ],
    ids=["int", "None", "str", "module", "code", "property of int"],
)
def test_what_is_not_callable_is_a_type_error_that_names_it(jitctl, hint, thing, shown):
    function = getattr(jitctl, f"jit_{hint}")
    for call in (function, function()):
        with pytest.raises(TypeError) as caught:
            call(thing)
        message = str(caught.value)
        assert message.startswith(f"jit_{hint} needs a function, method, property or class; got ")
        assert "\n" not in message
        if shown:
            assert message.endswith(f"got {shown}")


def test_a_huge_or_broken_object_still_gives_one_short_line(jitctl):
    class Broken:
        def __repr__(self):
            raise RuntimeError

    for thing in (list(range(100_000)), Broken(), {"k" * 1000: 1}):
        with pytest.raises(TypeError) as caught:
            jitctl.jit_focus(thing)
        assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    "empty",
    [
        enum.Enum("Colour", ["RED"], module="shop"),
        enum.IntFlag("Colour", ["RED"], module="shop"),
        typing.TypedDict("Colour", {"red": int}),
        typing.NamedTuple("Colour", [("red", int)]),
        types.new_class("Colour", (typing.Protocol,)),
        types.new_class("Colour", (abc.ABC,)),
    ],
    ids=["Enum", "IntFlag", "TypedDict", "NamedTuple", "Protocol", "ABC"],
)
def test_a_class_without_functions_goes_by_its_own_name(jitctl, empty):
    """Not by that of its metaclass; and what its base has from C is not its own."""
    jitctl.jit_ignore(empty)
    record = jitctl.stats(empty)
    record = record if isinstance(record, jitctl.Record) else record[0]
    assert (record.name, record.qualname, record.verdict.code) == ("Colour", "Colour", "no-functions")
    assert "class Colour defines no function" in record.verdict.message
