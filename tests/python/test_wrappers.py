"""A hint above another decorator reaches the function inside and its wrapper, and each verdict names both."""

import contextlib
import functools
import os
import sys

import pytest

from jitctl import _targets

FILE = os.path.basename(__file__)
CPYTHON = sys.implementation.name == "cpython"


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


def counted(function):
    @functools.wraps(function)
    def counting(*args):
        return function(*args)

    return counting


def body(n=3):
    total = 0
    for i in range(n):
        total += i
    return total


def fresh():
    """Give a function that no other test has hinted."""

    def inner(n=3):
        total = 0
        for i in range(n):
            total += i
        return total

    return inner


def codes(thing):
    """Give the names of the code that a hint on the object reaches, outermost first."""
    return [function.__code__.co_name for function in _targets.resolve(thing, "x")[0]]


@pytest.mark.parametrize("hint", ["focus", "ignore", "once"])
def test_both_have_the_hint_and_both_verdicts_name_both(jitctl, hint):
    function = fresh()
    wrapper = logged(function)
    assert getattr(jitctl, f"jit_{hint}")(wrapper) is wrapper
    outer, inner = jitctl.stats(wrapper), jitctl.stats(function)
    assert (outer.hint, inner.hint) == (hint, hint)
    assert (outer.origin, inner.origin) == ("function", "wrapper")
    assert (outer.function, inner.function) == (wrapper, function)
    names = [f"({FILE}:{one.__code__.co_firstlineno})" for one in (wrapper, function)]
    assert all(name in outer.verdict.message for name in names)
    assert names[0] in inner.verdict.message
    assert "wraps" in outer.verdict.message
    assert "which has the hint too" in outer.verdict.message
    assert "which has the hint too" in inner.verdict.message


def test_a_generator_behind_contextmanager(jitctl):
    @jitctl.jit_ignore
    @contextlib.contextmanager
    def scope():
        yield 1

    with scope() as value:
        assert value == 1
    assert codes(scope) == ["helper", "scope"]
    message = jitctl.stats(scope).verdict.message
    assert "contextlib.py" in message
    assert FILE in message
    assert jitctl.stats(scope.__wrapped__).hint == "ignore"


def test_stacked_decorators_are_followed_to_the_end(jitctl):
    function = fresh()
    stacked = logged(counted(logged(function)))
    assert codes(stacked) == ["wrapper", "counting", "wrapper", "inner"]
    jitctl.jit_ignore(stacked)
    assert jitctl.stats(function).hint == "ignore"
    assert jitctl.stats(function).verdict.message.count("it is called through") == 3


@pytest.mark.skipif(not CPYTHON, reason="lru_cache is a Python function elsewhere")
def test_a_cache_names_the_function_in_it_which_has_the_hint(jitctl):
    function = fresh()
    cached = jitctl.jit_focus(functools.lru_cache(function))
    assert codes(cached) == ["inner"]
    record = jitctl.stats(cached)
    assert (record.verdict.code, record.verdict.status, record.function) == ("lru-cache", "unsupported", cached)
    assert f"inner ({FILE}:{function.__code__.co_firstlineno}), has the hint" in record.verdict.message
    assert "no bytecode" in jitctl.stats(function).verdict.message or not function.__code__
    assert codes(functools.lru_cache(logged(function))) == ["wrapper", "inner"]
    assert codes(logged(functools.lru_cache(function))) == ["wrapper", "inner"]


def test_partials_are_followed_and_named(jitctl):
    function = fresh()
    partial = functools.partial(functools.partial(function, 1))
    nested = functools.partial(partial)
    assert jitctl.jit_once(nested) is nested
    assert codes(nested) == ["inner"]
    record = jitctl.stats(nested)
    assert record.verdict.code == "partial"
    assert "has the hint" in record.verdict.message
    assert jitctl.stats(function).hint == "once"
    assert codes(functools.partial(logged(function))) == ["wrapper", "inner"]
    assert codes(functools.partial(len)) == []


class Wrapping:
    """A decorator that is a class, as many are."""

    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.count = 0

    def __call__(self, *args):
        self.count += 1
        return self.__wrapped__(*args)

    def __repr__(self):
        raise AssertionError("nobody asked for this")


class Guarded:
    """Reading an attribute of it would run code of the user's."""

    def __init__(self, function):
        self.inner = function

    def __call__(self):
        pass

    @property
    def __wrapped__(self):
        raise AssertionError("nobody asked for this")

    def __getattr__(self, name):
        raise AssertionError("nobody asked for this")


class InSlots:
    __slots__ = ("__wrapped__",)

    def __init__(self, function=None):
        if function:
            self.__wrapped__ = function

    def __call__(self):
        return self.__wrapped__()


def test_decorators_that_are_classes(jitctl):
    function = fresh()
    wrapping = jitctl.jit_focus(Wrapping(function))
    record = jitctl.stats(wrapping)
    assert record.verdict.code == "callable-instance"
    assert "has the hint" in record.verdict.message
    assert jitctl.stats(function).hint == "focus"
    assert codes(InSlots(function)) == ["inner"]
    assert codes(InSlots()) == []
    for thing in (Guarded(function), InSlots()):
        jitctl.jit_focus(thing)
        assert jitctl.stats(thing).verdict.code == "callable-instance"


def test_a_circle_ends():
    one, two = fresh(), fresh()
    one.__wrapped__, two.__wrapped__ = two, one
    assert _targets.resolve(one, "x")[0] == [one, two]
    one.__wrapped__ = one
    assert _targets.resolve(one, "x")[0] == [one]
    wrapping = Wrapping(one)
    wrapping.__wrapped__ = wrapping
    assert codes(wrapping) == []


@pytest.mark.parametrize("wrapped", [None, 3, "text", len, int, Wrapping, print, object(), [], {"a": 1}])
def test_what_is_no_function_inside_is_left_alone(jitctl, wrapped):
    function = fresh()
    function.__wrapped__ = wrapped
    assert jitctl.jit_focus(function) is function
    assert _targets.resolve(function, "x") == ([function], [])
    assert "wraps" not in jitctl.stats(function).verdict.message


def test_bound_and_static_methods_inside_are_followed():
    class C:
        def method(self):
            pass

    assert codes(logged(C().method)) == ["wrapper", "method"]
    assert codes(logged(staticmethod(body))) == ["wrapper", "body"]


def test_the_nearer_hint_of_the_function_stays_and_is_named(jitctl):
    function = jitctl.jit_ignore(fresh())
    wrapper = jitctl.jit_focus(logged(function))
    assert jitctl.stats(function).hint == "ignore"
    assert "keeps its own hint, ignore" in jitctl.stats(wrapper).verdict.message
    assert "called through" not in jitctl.stats(function).verdict.message


def test_a_later_hint_on_the_wrapper_replaces_the_earlier_on_both(jitctl):
    function = fresh()
    wrapper = jitctl.jit_ignore(jitctl.jit_focus(logged(function)))
    assert [jitctl.stats(one).hint for one in (wrapper, function)] == ["ignore", "ignore"]
    for one in (wrapper, function):
        assert jitctl.stats(one).verdict.message.count("this hint replaced focus") == 1
        assert jitctl.stats(one).verdict.message.count("which has the hint too") == 1


def test_a_hint_on_the_class_gives_way_to_one_on_the_wrapper(jitctl):
    @jitctl.jit_focus
    class C:
        @jitctl.jit_ignore
        @logged
        def method(self):
            pass

    assert jitctl.stats(C.method).hint == "ignore"
    assert jitctl.stats(C.method.__wrapped__).hint == "ignore"


def test_samples_are_a_call_of_the_wrapper(jitctl):
    applied = []

    class Spy:
        hint = "focus"

        def apply(self, function, options, origin):
            applied.append((function.__code__.co_name, options, origin))

    jitctl._hint(Spy(), logged(fresh()), {"sample_args": (1, 2, 3), "profile": True})
    assert applied == [
        ("inner", {"profile": True}, "wrapper"),
        ("wrapper", {"sample_args": (1, 2, 3), "profile": True}, "function"),
    ]


def test_copied_attributes_do_not_make_a_dispatcher(jitctl):
    @functools.singledispatch
    def shown(value):
        return "object"

    @shown.register
    def of_int(value: int):
        return "int"

    wrapper = logged(shown)
    assert wrapper.registry is shown.registry
    assert codes(shown) == ["shown", "of_int"]
    assert codes(wrapper) == ["wrapper", "shown", "of_int"]
    jitctl.jit_focus(wrapper)
    assert jitctl.stats(wrapper).function is wrapper
    assert wrapper(3) == "int"


class Shapes:
    @functools.singledispatchmethod
    def area(self, shape):
        return 0

    @area.register
    def of_int(self, shape: int):
        total = 0
        for i in range(shape):
            total += i
        return total

    @functools.singledispatchmethod
    @classmethod
    def made(cls, value):
        return "object"

    @made.register
    @classmethod
    def made_of_int(cls, value: int):
        return "int"

    wrapped = logged(area.func)


@pytest.mark.parametrize("way", [lambda: Shapes.area, lambda: Shapes().area, lambda: vars(Shapes)["area"]])
def test_a_singledispatchmethod_is_its_implementations_however_it_is_reached(jitctl, way):
    assert codes(way()) == ["area", "of_int"]
    thing = way()
    assert jitctl.jit_focus(thing) is thing
    records = jitctl.stats(way())
    assert [record.name for record in records] == ["area", "of_int"]
    assert [record.hint for record in records] == ["focus", "focus"]
    assert Shapes().area(4) == 6
    assert jitctl.remove(way()) is True
    assert jitctl.remove(way()) is False
    with pytest.raises(LookupError):
        jitctl.stats(way())


def test_a_singledispatchmethod_of_class_methods():
    assert codes(Shapes.made) == ["made", "made_of_int"]
    assert codes(Shapes) == ["area", "of_int", "made", "made_of_int"]
    assert Shapes.made(1) == "int"


def test_a_wrapper_around_what_a_singledispatchmethod_gives():
    wrapper = logged(Shapes.area)
    assert codes(wrapper)[0] == "wrapper"
    assert "_method" not in codes(wrapper)


def test_remove_takes_back_all_that_a_hint_reached(jitctl):
    function = fresh()
    wrapper = jitctl.jit_focus(logged(function))
    assert jitctl.remove(wrapper) is True
    assert jitctl.remove(wrapper) is False
    for one in (wrapper, function):
        with pytest.raises(LookupError):
            jitctl.stats(one)


class Dispatcher:
    """The looks of Numba's: a callable of its own kind that keeps the Python function."""

    def __init__(self, function):
        self.py_func = self.__wrapped__ = function
        self.__qualname__ = function.__qualname__

    def __call__(self):
        pass


def test_a_function_compiled_by_numba_says_so(jitctl, monkeypatch):
    monkeypatch.setattr(Dispatcher, "__module__", "numba.core.registry")
    function = fresh()
    thing = jitctl.jit_focus(Dispatcher(function))
    record = jitctl.stats(thing)
    assert record.verdict.code == "numba"
    assert "compiled by Numba" in record.verdict.message
    assert jitctl._backend.record(function) is None


def test_a_descriptor_that_cannot_be_called_says_where_the_hint_belongs(jitctl):
    class Lazy:
        def __init__(self, function):
            self.function = function

        def __get__(self, instance, owner=None):
            return 1

    with pytest.raises(TypeError, match=r"put the decorator below it, nearest to the def$"):
        jitctl.jit_focus(Lazy(body))
