"""A hint gives back the very object it was given, which then behaves as if never touched."""

import asyncio
import functools
import inspect
import pickle
import traceback

import pytest


def plain(a, b=2, *, c=3):
    """Add."""
    return a + b + c


class Plain:
    def method(self, x):
        return self, x

    @staticmethod
    def static(x):
        return x

    @classmethod
    def of_class(cls, x):
        return cls, x

    @property
    def size(self):
        return 7


def make_closure():
    kept = 41
    return lambda: kept + 1


def numbers():
    yield from (1, 2, 3)


async def coroutine():
    return 5


async def async_numbers():
    yield 1
    yield 2


HINTS = ["jit_focus", "jit_ignore", "jit_once"]


@pytest.fixture(params=HINTS)
def hint(request, jitctl):
    return getattr(jitctl, request.param)


@pytest.mark.parametrize(
    "thing",
    [
        plain,
        make_closure(),
        numbers,
        coroutine,
        async_numbers,
        Plain,
        Plain().method,
        Plain.of_class,
        vars(Plain)["static"],
        vars(Plain)["of_class"],
        vars(Plain)["size"],
        functools.cached_property(plain),
        functools.partialmethod(plain, 1),
        functools.singledispatch(plain),
        functools.partial(plain, 1),
        functools.lru_cache(plain),
        len,
        str.upper,
        int,
    ],
    # Names without addresses: processes that share the tests have to agree on them.
    ids=lambda thing: getattr(thing, "__qualname__", type(thing).__name__),
)
def test_both_forms_give_back_the_same_object(hint, thing):
    assert hint(thing) is thing
    assert hint()(thing) is thing


def test_calls_are_as_before(hint):
    assert hint(plain)(1, c=5) == 8
    assert hint(make_closure())() == 42
    assert list(hint(numbers)()) == [1, 2, 3]
    assert asyncio.run(hint(coroutine)()) == 5

    async def gather():
        return [number async for number in hint(async_numbers)()]

    assert asyncio.run(gather()) == [1, 2]


def test_methods_are_as_before(hint):
    thing = hint(Plain)()
    assert thing.method(1) == (thing, 1)
    assert Plain.static(2) == 2
    assert thing.of_class(3) == (Plain, 3)
    assert thing.size == 7


def test_signature_name_and_document_are_as_before(hint):
    before = inspect.signature(plain)
    hinted = hint(plain)
    assert inspect.signature(hinted) == before
    assert (hinted.__name__, hinted.__doc__, hinted.__module__) == ("plain", "Add.", __name__)
    assert not hasattr(hinted, "__wrapped__")
    assert vars(hinted) == {}


def test_pickle_finds_the_function_by_name(hint):
    assert pickle.loads(pickle.dumps(hint(plain))) is plain


def test_the_traceback_has_no_extra_frame(hint):
    @hint
    def fails():
        raise KeyError("x")

    with pytest.raises(KeyError) as caught:
        fails()
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names == ["test_the_traceback_has_no_extra_frame", "fails"]


def test_the_code_object_stays_comparable(hint):
    def twin(x):
        return [x for _ in range(3)]

    code = twin.__code__
    hint(twin)
    assert twin.__code__ == code
    assert twin(1) == [1, 1, 1]


def test_recursion_through_the_name(hint):
    @hint
    def factorial(n):
        return 1 if n < 2 else n * factorial(n - 1)

    assert factorial(10) == 3628800
