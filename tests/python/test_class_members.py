"""A hint on a class whose functions are wrapped, or held by descriptors of others."""

import contextlib
import functools

from reached import helper, logged

from jitctl import _targets


class Lazy:
    """A descriptor of another library: it holds the function, and nobody knows how it will call it."""

    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner=None):
        raise AssertionError("nobody asked for this")


class Slotted:
    __slots__ = ("getter", "setter")

    def __init__(self, getter):
        self.getter = getter
        self.setter = None

    def __get__(self, instance, owner=None):
        raise AssertionError("nobody asked for this")


class WithHolders:
    @Lazy
    def size(self):
        return 1

    @Slotted
    def depth(self):
        return 2

    borrowed = Lazy(helper)

    def plain(self):
        return 3


def test_functions_in_other_descriptors_are_named_with_the_way_to_hint_them(jitctl):
    jitctl.jit_focus(WithHolders)
    records = {record.verdict.code: record for record in jitctl.stats(WithHolders)}
    record = records["left-out"]
    assert record.qualname == "WithHolders"
    ways = ["vars(WithHolders)['size'].function", "vars(WithHolders)['depth'].getter"]
    for way in ways:
        assert way in record.verdict.message
        assert eval(way).__name__ in ("size", "depth")
        assert jitctl._backend.record(eval(way)) is None
    assert "borrowed" not in record.verdict.message
    assert "nearest to its def" in record.verdict.advice
    jitctl.jit_focus(eval(ways[0]))
    assert jitctl.stats(eval(ways[0])).name == "size"
    assert [one.name for one in jitctl.stats(WithHolders) if one.verdict.code != "left-out"] == ["plain"]


class Decorated:
    @contextlib.contextmanager
    def scope(self):
        yield

    @logged
    def method(self):
        return 1

    @functools.lru_cache  # noqa: B019
    def cached(self):
        return 2

    @staticmethod
    @logged
    def static():
        return 3

    @property
    @logged
    def size(self):
        return 4


def test_wrapped_methods_are_reached_and_their_shared_wrappers_are_not(jitctl):
    jitctl.jit_ignore(Decorated)
    reached = _targets.resolve(Decorated, "x")[0]
    assert [function.__code__.co_name for function in reached] == ["scope", "method", "cached", "static", "size"]
    assert jitctl._backend.record(vars(Decorated)["method"]) is None
    record = jitctl.stats(Decorated.scope)
    assert record.name == "scope"
    assert record.line == Decorated.scope.__wrapped__.__code__.co_firstlineno
    assert "it is called through" in record.verdict.message
    assert "contextlib.py" in record.verdict.message
