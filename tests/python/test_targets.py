"""Which functions an object stands for."""

import enum
import functools
from unittest import mock

from jitctl import _targets


def functions(thing):
    found, gaps = _targets.resolve(thing, "jit_focus")
    assert gaps == []
    return found


def f(self=None, *args):
    return self


def g(self=None):
    return self


def test_a_function_stands_for_itself():
    assert functions(f) == [f]


def test_a_bound_method_stands_for_its_function():
    class C:
        def method(self):
            pass

        @classmethod
        def of_class(cls):
            pass

    assert functions(C().method) == [C.method]
    assert functions(C.of_class) == [vars(C)["of_class"].__func__]


def test_wrappers_of_a_method_stand_for_what_is_inside():
    for wrap in (staticmethod, classmethod, functools.cached_property, functools.partialmethod):
        assert functions(wrap(f)) == [f]
    assert functions(classmethod(property(f))) == [f]
    assert functions(functools.partialmethod(staticmethod(f), 1)) == [f]


def test_a_property_stands_for_each_of_its_functions():
    assert functions(property(f)) == [f]
    assert functions(property(f, g)) == [f, g]
    assert functions(property(None, None, g)) == [g]


def test_singledispatch_stands_for_the_implementations():
    dispatcher = functools.singledispatch(f)
    dispatcher.register(int, g)
    assert functions(dispatcher) == [f, g]
    assert functions(functools.singledispatchmethod(f)) == [f]


def test_a_function_with_an_attribute_called_dispatch_is_a_function():
    def handler():
        pass

    handler.dispatch = handler.registry = {}
    assert functions(handler) == [handler]


def test_a_class_stands_for_what_its_body_holds():
    class Base:
        def inherited(self):
            pass

    class C(Base):
        attribute = 3
        builtin = len

        def method(self):
            pass

        async def later(self):
            pass

        @staticmethod
        def static():
            pass

        @classmethod
        def of_class(cls):
            pass

        @property
        def size(self):
            pass

        @size.setter
        def size(self, value):
            pass

        @functools.cached_property
        def cached(self):
            pass

        class Nested:
            def hidden(self):
                pass

    names = [function.__qualname__.split(".")[-1] for function in functions(C)]
    assert names == ["method", "later", "static", "of_class", "size", "size", "cached"]


def test_a_class_counts_a_function_with_two_names_once():
    class C:
        def first(self):
            pass

        second = first

    assert functions(C) == [C.first]


def test_an_enum_class_keeps_working():
    class Colour(enum.Enum):
        RED = 1

        def shown(self):
            return self.name

    assert Colour.shown in functions(Colour)


def test_class_attributes_run_no_code_of_their_own():
    class Loud:
        def __repr__(self):
            raise AssertionError("nobody asked for this")

        __get__ = __call__ = __repr__

    class C:
        loud = Loud()

        def method(self):
            pass

    assert functions(C) == [vars(C)["method"]]


def test_a_mock_is_not_taken_for_what_it_imitates():
    _, gaps = _targets.resolve(mock.Mock(spec=property), "jit_focus")
    assert [gap[1] for gap in gaps] == ["callable-instance"]
