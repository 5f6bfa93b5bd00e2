"""Exceptions that a function raises itself because of its samples: told in the verdict, and nothing else."""

import json
import struct
import sys
from contextlib import contextmanager

import pytest
from arrivals import HANDLERS, Arrived, kill, nested
from warmed import fresh, jit_focus


@contextmanager
def manager():
    try:
        yield
    finally:
        pass


def generator_of(error):
    try:
        yield
    except ValueError:
        raise error from None


def thrown():
    one = generator_of(Arrived())
    next(one)
    one.throw(ValueError(1))


def thrown_at_the_start():
    generator_of(1).throw(Arrived("thrown"))


def thrown_where_it_waits():
    def one():
        while True:
            yield

    waiting = one()
    next(waiting)
    waiting.throw(Arrived("thrown"))


def through_a_manager():
    with manager():
        raise Arrived


def deep():
    deep()


def in_a_finally():
    try:
        raise Arrived
    finally:
        json.dumps([1])


def again():
    try:
        nested()
    except Arrived as error:
        raise error from None


def in_a_key():
    sorted([2, 1], key=lambda _: nested())


def in_an_attribute():
    class Holder:
        @property
        def value(self):
            raise Arrived

    return Holder().value


OWN = {
    "raise": nested,
    "an operator": lambda: 1 + "x",
    "a subscript": lambda: [][1],
    "a dict": lambda: {}["x"],
    "a name": lambda: undefined,  # noqa: F821
    "a function in C": lambda: int("x"),
    "a method in C": lambda: [].pop(),
    "an exhausted iterator": lambda: next(iter([])),
    "a module in C": lambda: struct.pack("b", 1000),
    "a C function's Python class": lambda: json.loads("{"),
    "recursion": deep,
    "memory": lambda: bytearray(sys.maxsize),
    "an assertion": lambda: (_ for _ in ()).throw(AssertionError("thrown")),
    "throw": thrown,
    "throw at the start": thrown_at_the_start,
    "throw where it waits": thrown_where_it_waits,
    "a context manager": through_a_manager,
    "finally": in_a_finally,
    "raised again": again,
    "a callback of C": in_a_key,
    "a property": in_an_attribute,
    "arguments": lambda: nested(1),
    "an abstract class": lambda: __import__("abc").ABCMeta("A", (), {"f": __import__("abc").abstractmethod(nested)})(),
}


@pytest.mark.parametrize("own", OWN)
def test_what_the_function_raises_itself_is_contained(own, verdict, handled):
    handled(HANDLERS["object"])
    function = fresh(OWN[own])
    jit_focus(sample_args=(), when="decoration")(function)
    assert verdict(function).kind == ("refused", "sample-raised")


def test_what_the_caller_is_handling_does_not_count(handled, verdict):
    handled(HANDLERS["function"])
    function = fresh(OWN["an operator"])
    try:
        kill()
        while True:
            pass
    except Arrived:
        jit_focus(sample_args=(), when="decoration")(function)
    assert verdict(function).kind == ("refused", "sample-raised")
