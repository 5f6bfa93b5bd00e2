"""The first call of a function that waits for it is like any other: its frames, its exceptions, its arguments."""

import gc
import sys
import traceback
import types
import weakref

import pytest
from warmed import fresh, jit_focus

CALLERS = ("shown", "<lambda>", "call")


def shown(call):
    """What the user sees of an exception: itself, what it came from, and where, down to the instruction."""
    try:
        call()
    except BaseException as error:
        raised, found = error, []
        while raised is not None:
            places = [
                (entry.tb_frame.f_code, entry.tb_lineno, entry.tb_lasti) for entry in entries(raised.__traceback__)
            ]
            # On 3.11 the offset of a call depends on how warm the caller is: the callers here are not what is tested.
            places = [place for place in places if place[0].co_name not in CALLERS]
            found.append((type(raised), str(raised), places))
            raised = raised.__cause__ or raised.__context__
        return found
    raise AssertionError("nothing raised")


def entries(tb):
    while tb is not None:
        yield tb
        tb = tb.tb_next


def plain(x):
    return 1 / x


def handled(x):
    try:
        return 1 / x
    except ZeroDivisionError as error:
        raise KeyError(x) from error


def within(x):
    try:
        raise LookupError
    except LookupError:
        return 1 / x


def closed(x):
    def inner():
        return 1 / x

    return inner()


def keywords(x, /, y=1, *, k=2, z):
    return y / (k * 0) + z + x


def star(x, *rest, k=2):
    return rest[0] / x + k


def double(x, **more):
    return more["y"] / x


def everything(a, /, x=0, *rest, k, **more):
    return (a, rest, k, more, a / x)


def items(x):
    yield 1
    yield 1 / x


async def waits(x):
    return 1 / x


def driven(function):
    def call(*given, **named):
        made = function(*given, **named)
        return list(made) if isinstance(made, types.GeneratorType) else made.send(None)

    return call


CALLS = {
    "plain": (plain, lambda f: f(0)),
    "handled": (handled, lambda f: f(0)),
    "within": (within, lambda f: f(0)),
    "closed": (closed, lambda f: f(0)),
    "keywords": (keywords, lambda f: f(1, z=3)),
    "star": (star, lambda f: f(0, 3, 4)),
    "double": (double, lambda f: f(0, y=2)),
    "everything": (everything, lambda f: f(1, 0, 4, k=5, a=6, x_=7)),
    "items": (items, lambda f: driven(f)(0)),
    "waits": (waits, lambda f: driven(f)(0)),
    "wrong arguments": (plain, lambda f: f()),
}
#: the training's own calls: they return, or raise what the real call raises
SAMPLES = {
    "keywords": {"sample_kwargs": {"z": 1}},
    "star": {"sample_args": (1, 2)},
    "double": {"sample_kwargs": {"y": 2}},
    "everything": {"sample_args": (1, 2), "sample_kwargs": {"k": 2}},
}


@pytest.mark.parametrize("sample", [0, 1], ids=["raises", "returns"])
@pytest.mark.parametrize("name", CALLS)
def test_an_exception_of_the_first_call(name, sample):
    function, call = CALLS[name]
    fresh(function)
    options = {"sample_args": (sample,)} | SAMPLES.get(name, {})
    jit_focus(**options)(function)
    first, second = (shown(lambda: call(function)) for _ in range(2))
    assert first == second
    if name != "wrong arguments":
        assert first[0][2][0][0] is function.__code__


@pytest.mark.parametrize("sample", [0, 1], ids=["raises", "returns"])
@pytest.mark.parametrize("name", CALLS)
def test_while_another_exception_is_handled(name, sample):
    function, call = CALLS[name]

    def outer():
        try:
            raise ValueError("before")
        except ValueError:
            call(function)

    expected = shown(outer)
    fresh(function)
    options = {"sample_args": (sample,)} | SAMPLES.get(name, {})
    jit_focus(**options)(function)
    assert types_of(shown(outer)) == types_of(expected)


def types_of(found):
    return [(kind, text, [place[1:] for place in places]) for kind, text, places in found]


def test_the_frame_of_the_first_call():
    def look(a, *rest, k=1, **more):
        frame = sys._getframe()
        stack = [(one.f_code, line) for one, line in traceback.walk_stack(frame)][1:]
        return frame.f_code, dict(frame.f_locals), frame.f_back.f_code, stack, a

    jit_focus(sample_args=(1,))(look)
    first, second = (look(1, 2, k=3, z=4) for _ in range(2))
    assert first[0] is look.__code__
    assert first[0] is second[0]
    assert first[2] is second[2]
    for found in (first, second):
        assert {name: found[1][name] for name in ("a", "rest", "k", "more")} == {
            "a": 1,
            "rest": (2,),
            "k": 3,
            "more": {"z": 4},
        }
    assert [code for code, _ in first[3]] == [code for code, _ in second[3]]


class Thing:
    pass


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="counts references")
def test_the_first_call_keeps_nothing_alive():
    def dropped(thing, seen):
        there = weakref.ref(thing)
        count = sys.getrefcount(thing)
        del thing
        gc.collect()
        seen.append((there() is None, count))

    seen = []
    jit_focus(sample_args=lambda: (Thing(), []), budget_calls=8)(dropped)
    dropped(Thing(), seen)
    dropped(Thing(), seen)
    assert seen[0] == seen[1]


def test_arguments_arrive_as_they_were_given():
    def given(a, /, b=2, *rest, c=3, d, **more):
        return a, b, rest, c, d, more

    calls = [
        lambda f: f(1, d=4),
        lambda f: f(1, 2, 3, 4, d=5, a=6),
        lambda f: f(*(1, 2), d=1, c=2, z=3),
    ]
    for call in calls:
        expected = call(given)
        fresh(given)
        jit_focus(sample_args=(1,), sample_kwargs={"d": 0})(given)
        assert call(given) == expected
        assert call(given) == expected


def test_many_arguments():
    names = [f"a{k}" for k in range(300)]
    space = {}
    exec(f"def many({', '.join(names)}, *, k, n):\n    return [{', '.join(names)}, k, n]", space)
    many = space["many"]
    jit_focus(sample_args=tuple(range(300)), sample_kwargs={"k": 1, "n": 2})(many)
    assert many(*range(300), k=1, n=2) == [*range(300), 1, 2]


def test_cells_that_are_arguments_and_free_variables():
    base = 10

    def outer(a, b=2):
        def inner(c):
            nonlocal a
            a += c
            return a + b + base

        return inner

    jit_focus(sample_args=(1,))(outer)
    inner = outer(5)
    assert (inner(1), inner(1)) == (18, 19)
    base = 20
    assert inner(1) == 30


def test_methods_classes_and_properties():
    class Base:
        @jit_focus(sample_args=lambda: (Base(),))
        def __init__(self):
            self.made = True

        @property
        @jit_focus(sample_args=lambda: (Base(),))
        def value(self):
            return type(self).__name__

        @classmethod
        @jit_focus(sample_args=lambda: (Base,))
        def make(cls):
            return cls()

        @staticmethod
        @jit_focus(sample_args=(1,))
        def add(n):
            return n + 1

        @jit_focus(sample_args=lambda: (Base(), 3))
        def __getitem__(self, key):
            return key

    class Derived(Base):
        @jit_focus(sample_args=lambda: (Derived(),))
        def __init__(self):
            super().__init__()

    made = Derived.make()
    assert (made.made, made.value, made.add(1), made[7], Derived().made) == (True, "Derived", 2, 7, True)


def test_deep_recursion_ends_where_it_ended():
    def deep(n):
        return 0 if n == 0 else 1 + deep(n - 1)

    jit_focus(sample_args=(3,))(deep)
    most = sys.getrecursionlimit() - len(list(traceback.walk_stack(None))) - 60
    assert deep(most) == most
