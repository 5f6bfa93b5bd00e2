"""Every kind of thing that can be hinted, for the conformance check.

The check executes this file's source anew for every use, so that no two uses share a code object: a
hint acts on code. Each entry of `KINDS` is a name, a function that returns the thing to hint, and a
function that uses it.
"""

from __future__ import annotations

import functools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator
    from typing import Any

COUNT = 20


def function(count: int, step: int = 2, *rest: int, scale: float = 0.5, **more: int) -> float:
    """Loop over numbers."""
    total = 0.0
    for number in range(count):
        total += number * step * scale
    return total + sum(rest) + len(more)


def mixed(values: list[Any]) -> list[Any]:
    """See many types."""
    found = []
    for value in values:
        found.append(value + value)
    return found


def recursive(number: int) -> int:
    """Call itself."""
    return number if number < 2 else recursive(number - 1) + recursive(number - 2)


def branches(number: int) -> str:
    """Handle exceptions of its own."""
    try:
        return "even" if 100 % number == 0 else "odd"
    except ZeroDivisionError as error:
        return type(error).__name__
    finally:
        number += 1


def raising(number: int) -> int:
    """End in an exception that its caller sees."""
    steps = [number, number + 1]
    for step in steps:
        if step > number:
            raise KeyError(
                step,
                "from raising",
            )
    return number


def generator(count: int) -> Generator[int, int, str]:
    """Yield, take what is sent, return."""
    for number in range(count):
        sent = yield number
        if sent:
            yield sent * 2
    return "done"


class Pause:
    """Something that a coroutine can wait for without an event loop."""

    def __await__(self) -> Generator[str, int, int]:
        """Hand "paused" to whoever drives the coroutine."""
        return (yield "paused")


async def coroutine(count: int) -> int:
    """Wait in a loop."""
    total = 0
    for number in range(count):
        total += number + await Pause()
    return total


async def async_generator(count: int) -> AsyncIterator[int]:
    """Yield and wait in turns."""
    for number in range(count):
        yield number + await Pause()


async def consume(count: int) -> list[int]:
    """Collect an async generator."""
    return [number async for number in async_generator(count)]


def closure() -> tuple[Callable[[int], int], Callable[[int], int]]:
    """Make two functions that share a variable."""
    seen = 0

    def add(number: int) -> int:
        nonlocal seen
        for _ in range(3):
            seen += number
        return seen

    def read(number: int) -> int:
        return seen + number

    return add, read


adding, reading = closure()
short: Callable[..., list[int]] = lambda first, second=3: [first * second for first in range(first)]  # noqa: E731


class Thing:
    """A class whose functions are hinted one by one."""

    def __init__(self, start: int) -> None:
        self.start = start

    def method(self, count: int) -> int:
        """Loop over attributes."""
        for _ in range(count):
            self.start += 1
        return self.start

    @staticmethod
    def static(count: int) -> int:
        """Take neither instance nor class."""
        return sum(number for number in range(count))

    @classmethod
    def make(cls, start: int) -> Thing:
        """Take the class."""
        return cls(start * 2)

    @property
    def value(self) -> int:
        """Compute it."""
        return self.start * 3


class Whole(Thing):
    """A class that is hinted as a whole."""

    def method(self, count: int) -> int:
        """Use the base class."""
        return super().method(count) + 1

    def __iter__(self) -> Iterator[int]:
        yield from range(self.start)


def drive(awaitable: Any) -> tuple[int, Any]:
    """Run a coroutine without an event loop: count its pauses, and give its result."""
    pauses, sent = 0, None
    while True:
        try:
            awaitable.send(sent)
        except StopIteration as end:
            return pauses, end.value
        pauses, sent = pauses + 1, 1


def use_generator() -> list[object]:
    """Iterate, send and close."""
    first = list(generator(COUNT))
    second = generator(3)
    found: list[object] = [next(second), second.send(5), next(second)]
    second.close()
    return [*first, *found]


def use_thing(name: str) -> Callable[[], object]:
    """Call a method of a new instance."""
    return lambda: getattr(Thing(1), name)(COUNT)


def use_whole() -> list[object]:
    """Use everything that a class defines."""
    thing = Whole(3)
    return [thing.method(5), Whole.make(2).start, Whole.static(4), thing.value, list(thing)]


partial = functools.partial(function, 3)

KINDS: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
    ("function", lambda: function, lambda: function(COUNT, 3, 1, 2, scale=0.25, other=1)),
    ("function of many types", lambda: mixed, lambda: mixed([1, 2.5, "a", [1], (2,), b"x", 10**30])),
    ("recursive function", lambda: recursive, lambda: recursive(8)),
    ("function with try", lambda: branches, lambda: [branches(number) for number in range(5)]),
    ("raising function", lambda: raising, lambda: raising(7)),
    ("call with wrong arguments", lambda: function, lambda: function(scale=1)),  # type: ignore[call-arg]
    ("generator", lambda: generator, use_generator),
    ("async function", lambda: coroutine, lambda: drive(coroutine(4))),
    ("async generator", lambda: async_generator, lambda: drive(consume(4))),
    ("closure", lambda: adding, lambda: adding(2)),
    ("other closure", lambda: reading, lambda: reading(1)),
    ("function that makes functions", lambda: closure, lambda: closure()[0](2)),
    ("lambda", lambda: short, lambda: short(4)),
    ("method", lambda: Thing.__dict__["method"], use_thing("method")),
    ("static method", lambda: Thing.__dict__["static"], use_thing("static")),
    ("class method", lambda: Thing.__dict__["make"], lambda: Thing.make(4).start),
    ("property", lambda: Thing.__dict__["value"], lambda: Thing(3).value),
    ("class", lambda: Whole, use_whole),
    ("builtin", lambda: sorted, lambda: sorted([3, 1, 2])),
    ("partial", lambda: partial, lambda: partial(2)),
]
