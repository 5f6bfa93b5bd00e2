"""Training without samples: instances for methods, and parameters whose use is found elsewhere."""

import abc
import collections

import pytest
from conftest import SEEN, fresh

from jitctl import jit_focus

LOG = []

UNSEEN = "before 3.12 a plain hint would be seen until its first call, so it waits to be asked"
pytestmark = pytest.mark.skipif(SEEN, reason=UNSEEN)


def hinted(function, **options):
    return jit_focus(**options)(fresh(function))


class Shape(abc.ABC):
    def __init__(self, sides: int):
        self.sides = sides

    @abc.abstractmethod
    def area(self): ...

    def doubled(self):
        return self.sides * 2


class Square(Shape):
    def __init__(self, width: int):
        super().__init__(4)
        self.width = width
        self.seen = collections.deque([width])

    def area(self):
        self.seen.append(self.width)
        return self.width * self.width

    def doubled(self):
        return super().doubled() + 1

    def another(self):
        return type(self).__name__ + self.__class__.__name__


class Loud(Shape):
    def __init__(self):
        LOG.append("made")

    def area(self):
        return 1

    def reads(self):
        return self.missing


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

    def size(self):
        return len(self.values)


@pytest.fixture(autouse=True)
def nothing_is_logged():
    yield
    assert LOG == []


@pytest.mark.parametrize("name", ["area", "doubled", "another"])
def test_a_class_with_abstract_bases(name, verdict):
    square = Square(3)
    method = vars(Square)[name]
    hinted(method)
    assert getattr(square, name)() == {"area": 9, "doubled": 9, "another": "SquareSquare"}[name]
    assert verdict(method).code == "warm", verdict(method)
    assert "self=<Square> (instance)" in verdict(method).message
    assert list(square.seen) == ([3, 3] if name == "area" else [3])


def test_an_abstract_class_has_no_instances(verdict):
    hinted(Shape.doubled)
    assert Shape.doubled(Square(3)) == 8
    assert verdict(Shape.doubled).code == "no-samples"
    assert "it is abstract" in verdict(Shape.doubled).message


def test_init_gets_what_it_always_gets(verdict):
    hinted(Square.__init__)
    assert Square(5).sides == 4
    assert verdict(Square.__init__).code == "warm", verdict(Square.__init__)


def test_a_method_that_needs_nothing_of_its_init(verdict):
    """`__init__` has effects, so it does not run; the method does with less."""
    loud = object.__new__(Loud)
    hinted(Loud.area)
    assert loud.area() == 1
    assert verdict(Loud.area).code == "warm", verdict(Loud.area)
    assert "(instance without __init__)" in verdict(Loud.area).message
    assert verdict(Loud.area).measures["confidence"] == pytest.approx(0.4)


def test_a_method_that_needs_its_init(verdict):
    loud = object.__new__(Loud)
    loud.missing = 3
    hinted(Loud.reads)
    assert loud.reads() == 3
    assert verdict(Loud.reads).kind == ("refused", "raised"), verdict(Loud.reads)


def test_who_forces_it_gets_no_half_made_instance(verdict):
    loud = object.__new__(Loud)
    jit_focus(infer=True)(fresh(Loud.area))
    del LOG[:]
    assert loud.area() == 1
    # infer=True says that making one does no harm, so it is made, by its __init__.
    made, LOG[:] = list(LOG), []
    assert "(instance)" in verdict(Loud.area).message or verdict(Loud.area).code == "no-samples"
    assert set(made) <= {"made"}


@pytest.mark.parametrize(
    ("cls", "why"), [(Made, "Made has a __new__ of its own"), (Fault, "Exception is written in C")], ids=["new", "C"]
)
def test_why_there_is_no_instance(cls, why, verdict):
    hinted(cls.one)
    assert cls.one(None) == 1
    assert verdict(cls.one).code == "no-samples"
    assert why in verdict(cls.one).message, verdict(cls.one)


def test_parameters_that_are_merely_kept(verdict):
    hinted(Kept.__init__)
    assert Kept(1, [2]).values == [2]
    assert verdict(Kept.__init__).code == "warm", verdict(Kept.__init__)


def test_a_parameter_that_is_called(verdict):
    def applied(function, items):
        return [function(item) for item in items]

    hinted(applied)
    assert applied(str, [1]) == ["1"]
    assert verdict(applied).code == "warm", verdict(applied)
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
        function("a")
        assert verdict(function).code == "warm", verdict(function)
        assert "text='The quick brown fox, 42' (usage)" in verdict(function).message


def test_a_parameter_whose_class_is_asked_for(verdict):
    def number(value):
        if isinstance(value, int):
            return [value]
        return value

    hinted(number)
    assert number("a") == "a"
    assert "value=7 (usage)" in verdict(number).message, verdict(number)
