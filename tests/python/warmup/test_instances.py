"""Training without samples: instances for methods, and parameters whose use is found elsewhere."""

import abc

import pytest
from warmed import BLIND, fresh, jit_focus

LOG = []


def hinted(function, **options):
    return jit_focus(**{"infer": True, "when": "decoration", **options})(fresh(function))


class Shape(abc.ABC):
    def __init__(self, sides: int):
        LOG.append("made")
        self.sides = sides

    @abc.abstractmethod
    def area(self): ...

    def doubled(self):
        return self.sides * 2


class Square(Shape):
    def __init__(self, width: int):
        super().__init__(4)
        self.width = width

    def area(self):
        return self.width * self.width

    @classmethod
    def unit(cls):
        return cls.__name__


class Of:
    def __init__(self, square: Square, of: "Of" = None):
        self.square = square

    def size(self):
        return self.square.width


class Made:
    def __new__(cls):
        LOG.append("new")
        return object.__new__(cls)

    def one(self):
        return 1


class Fault(Exception):
    def one(self):
        return 1


class Kept:
    __slots__ = ("key", "values")

    def __init__(self, key, values):
        self.key = key
        self.values = values


@pytest.fixture(autouse=True)
def _empty_log():
    LOG.clear()


def test_a_method_gets_an_instance_that_its_class_made(verdict):
    hinted(Square.area)
    assert verdict(Square.area).status == "applied", verdict(Square.area)
    assert "self=<Square> (instance)" in verdict(Square.area).message
    assert verdict(Square.area).measures["confidence"] == pytest.approx(0.8)
    assert LOG


def test_no_class_is_called_where_nobody_asked(verdict):
    jit_focus(when="decoration")(fresh(Square.area))
    assert verdict(Square.area).kind == ("unsupported", "no-samples")
    assert LOG == []
    assert "infer=True" in verdict(Square.area).advice


def test_an_instance_that_needs_one(verdict):
    hinted(Of.size)
    assert verdict(Of.size).measures["calls"] >= 8, verdict(Of.size)


def test_init_gets_what_it_always_gets(verdict):
    hinted(Square.__init__)
    assert verdict(Square.__init__).measures["calls"] >= 8, verdict(Square.__init__)


def test_a_class_method_gets_its_class(verdict):
    method = vars(Square)["unit"].__func__
    hinted(method)
    assert verdict(method).status == "applied", verdict(method)


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (Shape.doubled, "it is abstract"),
        (Made.one, "its class has a __new__ or a metaclass of its own"),
        (Fault.one, "its class has a __new__ or a metaclass of its own"),
    ],
    ids=["abstract", "new", "C"],
)
def test_why_there_is_no_instance(function, why, verdict):
    hinted(function)
    assert verdict(function).code == "no-samples"
    assert why in verdict(function).message, verdict(function)
    assert LOG == []


def test_parameters_that_are_merely_kept(verdict):
    hinted(Kept.__init__)
    assert verdict(Kept.__init__).measures["calls"] >= 8, verdict(Kept.__init__)


@pytest.mark.skipif(BLIND, reason="what is called does not stand out in 3.10's code")
def test_a_parameter_that_is_called(verdict):
    def applied(function, items):
        return [function(item) for item in items]

    hinted(applied)
    assert "function=<function> (usage)" in verdict(applied).message


def shout(text):
    return text.upper()


class Holder:
    def __init__(self, text):
        self.text = text.strip()


def test_a_parameter_that_is_passed_on(verdict):
    space = {"shout": shout, "Holder": Holder}
    exec("def outer(text):\n    return shout(text)\ndef made(text):\n    return Holder(text)\n", space)
    for function in (space["outer"], space["made"]):
        hinted(function)
        assert "text='The quick brown fox, 42' (usage)" in verdict(function).message


def test_a_parameter_whose_class_is_asked_for(verdict):
    def number(value):
        if isinstance(value, int):
            return [value]
        return value

    hinted(number)
    assert "value=7 (usage)" in verdict(number).message, verdict(number)
