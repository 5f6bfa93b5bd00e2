"""Read by mypy, never run: what a checker knows of decorated objects. See test_typing.py."""

from collections.abc import AsyncIterator, Iterator
from functools import cached_property, lru_cache, partial
from typing import TypeVar, assert_type, overload, reveal_type

import jitctl
from jitctl import Record, Stats, Verdict, jit_focus, jit_ignore, jit_once, stats

T = TypeVar("T")


@jit_focus
def plain(a: int, *, key: str = "") -> float:
    return a + len(key)


@jit_focus(sample_args=(1,), sample_kwargs={"key": "x"}, when="decoration", budget_calls=10, budget_ms=2.5)
def with_options(a: int, *, key: str = "") -> float:
    return a + len(key)


@jit_focus(threshold=20, backend="native")
def after_a_while(a: int) -> int:
    return a


@jit_once(sample_args=lambda: [1], infer=True, profile=True)
def once(a: int) -> list[int]:
    return [a]


@jit_ignore(profile=False)
@jit_ignore
async def later(a: int) -> bytes:
    return bytes(a)


@jit_focus
def numbers() -> Iterator[int]:
    yield 1


@jit_focus
async def async_numbers() -> AsyncIterator[int]:
    yield 1


@overload
def twofold(a: int) -> int: ...
@overload
def twofold(a: str) -> str: ...
@jit_focus
def twofold(a: int | str) -> int | str:
    return a


@jit_focus
def generic(a: T) -> list[T]:
    return [a]


@jit_ignore
class Shop:
    def __init__(self, name: str) -> None:
        self.name = name

    @jit_focus
    def buy(self, count: int = 1) -> int:
        return count

    @staticmethod
    @jit_focus
    def static(a: int) -> int:
        return a

    @classmethod
    @jit_once(budget_ms=1)
    def of(cls, name: str) -> "Shop":
        return cls(name)

    @property
    @jit_focus
    def size(self) -> int:
        return 1

    @cached_property
    @jit_focus
    def weight(self) -> float:
        return 1.0

    # mypy has no decorator above @property, whatever its type is; it knows the type all the same.
    @jit_focus  # type: ignore[prop-decorator]
    @property
    def above(self) -> int:
        return 1

    @jit_focus(profile=True)  # type: ignore[prop-decorator]
    @property
    def above_with_options(self) -> int:
        return 1

    @jit_focus
    @classmethod
    def above_classmethod(cls) -> "Shop":
        return cls("")

    @jit_focus
    @staticmethod
    def above_staticmethod() -> bytes:
        return b""


assert_type(plain(1, key="a"), float)
assert_type(with_options(1), float)
assert_type(once(1), list[int])
assert_type(list(numbers()), list[int])
assert_type(twofold("a"), str)
assert_type(generic("a"), list[str])
assert_type(Shop("a"), Shop)
assert_type(Shop("a").buy(count=2), int)
assert_type(Shop.static(1), int)
assert_type(Shop.of("a"), Shop)
assert_type(Shop("a").size, int)
assert_type(Shop("a").weight, float)
assert_type(Shop("a").above, int)
assert_type(Shop("a").above_with_options, int)
assert_type(Shop.above_classmethod(), Shop)
assert_type(Shop.above_staticmethod(), bytes)
assert_type(plain.__name__, str)
jit_focus(len)
jit_focus(Shop)
jit_focus(Shop("a").buy)
jit_focus(partial(plain, 1))
jit_once(lru_cache(plain))
reveal_type(plain)
reveal_type(with_options)
reveal_type(async_numbers)
reveal_type(Shop.buy)


async def awaits() -> None:
    assert_type(await later(1), bytes)


assert_type(stats(), Stats)
assert_type(stats(module="x", name="y*"), Stats)
assert_type(stats(plain), Record)
assert_type(stats(Shop), Stats)
assert_type(stats(plain).verdict, Verdict)
assert_type(stats()[0], Record)
assert_type(stats()[:2], Stats)
assert_type([record.name for record in stats()], list[str])

# Mistakes a checker must find: each line has its error, or mypy calls the comment unused.
plain("a")  # type: ignore[arg-type]
plain(1, kay="a")  # type: ignore[call-arg]
with_options()  # type: ignore[call-arg]
jit_focus(None)  # type: ignore[call-overload]
jit_ignore("plain")  # type: ignore[call-overload]
jit_once(3)  # type: ignore[call-overload]
jit_focus()(None)  # type: ignore[type-var]
jit_focus(plain, budget=3)  # type: ignore[call-overload]
jit_focus(when="later")  # type: ignore[call-overload]
jit_focus(sample_args=3)  # type: ignore[call-overload]
jit_ignore(when="decoration")  # type: ignore[call-overload]
jitctl.jit_fast  # type: ignore[attr-defined]
