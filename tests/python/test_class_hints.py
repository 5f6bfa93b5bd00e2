"""A hint on a class reaches what its body defines or what was generated for it alone, and nothing that is shared."""

import abc
import collections
import contextlib
import dataclasses
import enum
import functools
import sys
import typing

import pytest
from reached import helper, names, outside

from jitctl import _targets


def left_out(owner):
    return [gap for gap in _targets.resolve(owner, "jit_ignore")[1] if gap[1] == "left-out"]


class Colour(enum.Enum):
    RED = 1

    def shown(self):
        return self.name


class Access(enum.Flag):
    READ = 1
    WRITE = 2

    @property
    def both(self):
        return self.value == 3


class Level(enum.IntEnum):
    LOW = 1

    @classmethod
    def _missing_(cls, value):
        return cls.LOW

    def __str__(self):
        return "level"


class Speaks(typing.Protocol):
    def speak(self): ...


class Point(typing.NamedTuple):
    x: int
    y: int = 0

    def norm(self):
        return self.x * self.x


class Movie(typing.TypedDict):
    title: str


class Base(abc.ABC):
    @abc.abstractmethod
    def size(self): ...

    @property
    @abc.abstractmethod
    def weight(self): ...

    @classmethod
    def __subclasshook__(cls, other):
        return NotImplemented


@functools.total_ordering
class Ordered:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    __hash__ = None

    def __lt__(self, other):
        return self.n < other.n


class Box(typing.Generic[typing.TypeVar("T")]):
    def get(self):
        return self


class Counts(collections.UserDict):
    def most(self):
        return max(self.data)


Pair = collections.namedtuple("Pair", "a b")


class Named(Pair):
    def total(self):
        return self.a + self.b


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (Colour, ["shown"]),
        (Access, ["both"]),
        (Level, ["_missing_", "__str__"]),
        (Speaks, ["speak"]),
        (Point, ["norm"]),
        (Movie, []),
        (Base, ["size", "weight", "__subclasshook__"]),
        (Ordered, ["__init__", "__eq__", "__lt__"]),
        (Box, ["get"]),
        (Counts, ["most"]),
        (Named, ["total"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_only_what_the_body_defines_is_reached(owner, expected):
    assert names(owner) == expected
    assert left_out(owner) == []


@pytest.mark.parametrize("owner", [Colour, Access, Level, Speaks, Point, Base, Ordered, Box, Counts, Named])
def test_nothing_that_another_class_runs_has_a_hint(jitctl, owner):
    """Every function that a base class or the standard library holds is as it was."""
    jitctl.jit_ignore(owner)
    own = {id(function) for function in _targets.resolve(owner, "x")[0]}
    for base in [*owner.__mro__[1:], *type(owner).__mro__]:
        for value in vars(base).values():
            function = getattr(value, "__func__", value)
            if type(function) is type(helper):
                assert id(function) not in own
                assert jitctl._backend.record(function) is None, function


def test_a_second_class_of_the_kind_has_no_hint(jitctl):
    jitctl.jit_ignore(Speaks)

    class Other(typing.Protocol):
        def speak(self): ...

    for value in vars(Other).values():
        function = getattr(value, "__func__", value)
        assert type(function) is not type(helper) or jitctl._backend.record(function) is None


@pytest.mark.parametrize(
    "options", [{}, {"frozen": True}, {"order": True}, {"slots": True}, {"frozen": True, "slots": True}]
)
def test_a_dataclass_has_its_generated_methods_and_not_the_shared_ones(options):
    @dataclasses.dataclass(**options)
    class Item:
        name: str
        price: float = 1.0

        def total(self):
            return self.price

    found, _ = _targets.resolve(Item, "jit_focus")
    reached = [function.__code__.co_name for function in found]
    assert reached[0] == "total"
    assert {"__init__", "__eq__", "__repr__"} <= set(reached)
    assert ("__lt__" in reached) is ("order" in options)
    assert all(outside(function)[0] != dataclasses.__file__ for function in found)
    assert "__replace__" not in reached
    assert "_replace" not in reached


def test_two_dataclasses_share_nothing_that_is_reached():
    @dataclasses.dataclass(order=True)
    class One:
        name: str

    @dataclasses.dataclass(order=True)
    class Two:
        name: str

    codes = [{id(function.__code__) for function in _targets.resolve(owner, "x")[0]} for owner in (One, Two)]
    assert codes[0]
    assert not codes[0] & codes[1]


def test_a_method_defined_elsewhere_is_not_the_class_s():
    class Lender:
        def lent(self):
            pass

    class Taker:
        taken = Lender.lent
        module_wide = helper
        fetched = staticmethod(contextlib.suppress.__exit__)
        plain = property(helper)

        def own(self):
            pass

    assert names(Taker) == ["own"]


def test_what_a_class_decorator_adds_is_shared():
    def added(cls):
        def extra(self):
            return cls

        extra.__qualname__ = f"{cls.__qualname__}.extra"
        cls.extra = extra
        return cls

    @added
    class C:
        def own(self):
            pass

    assert [function.__code__.co_name for function in _targets.resolve(C, "x")[0]][:1] == ["own"]
    if hasattr(helper.__code__, "co_qualname"):  # 3.10 does not tell where code was compiled
        assert names(C) == ["own"]


def test_what_a_class_decorator_generates_for_the_class_is_reached():
    """The ways of attrs: text compiled for one class, under a name that is no file."""

    def generated(cls):
        namespace = {}
        exec(compile("def __init__(self, n):\n    self.n = n", f"<generated init {cls.__name__}>", "exec"), namespace)
        cls.__init__ = namespace["__init__"]
        cls.__init__.__qualname__ = f"{cls.__qualname__}.__init__"
        cls.__ne__ = shared_ne
        return cls

    def shared_ne(self, other):
        return (self, other) is None

    @generated
    class C:
        def own(self):
            pass

    assert names(C) == ["own", "__init__"]


def test_renamed_and_local_classes_are_themselves():
    class Local:
        def method(self):
            pass

        key = lambda self: 1  # noqa: E731

    assert names(Local, "__name__") == ["method", "<lambda>"]
    assert [function.__name__ for function in _targets.resolve(Renamed, "x")[0]] == ["method"]


class Renamed:
    def method(self):
        pass


Renamed.__qualname__ = "AnotherName"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of 3.12")
def test_generic_classes_and_methods_of_3_12():
    namespace = {"__name__": "generic"}
    exec("class C[T]:\n    def m(self): pass\n    def g[U](self, x: U) -> U: return x", namespace)
    assert names(namespace["C"]) == ["m", "g"]


def test_a_class_in_a_text_has_what_it_defines():
    """Where everything is in <string>, as in -c, a notebook or a doctest."""
    namespace = {"__name__": "texts"}
    text = """
import dataclasses
def added(cls):
    def extra(self): pass
    extra.__qualname__ = cls.__qualname__ + ".extra"
    cls.extra = extra
    return cls
@added
@dataclasses.dataclass
class C:
    n: int
    def own(self): pass
"""
    exec(compile(text, "<string>", "exec"), namespace)
    reached = [function.__code__.co_name for function in _targets.resolve(namespace["C"], "x")[0]]
    assert reached[0] == "own"
    assert "__init__" in reached
    assert "extra" not in reached
