"""What an argument may be: `Sample` makes a fresh one for every call, and says how sure that is."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: how sure an argument is, by what it was inferred from
CONFIDENCE = {"annotation": 0.9, "instance": 0.8, "default": 0.7, "usage": 0.5}
_PLAIN = (int, float, complex, str, bytes, bool, type(None), type(...))
_HOLDERS = (list, tuple, set, frozenset, dict, bytearray)


class Sample:
    """An argument that can be made again and again."""

    __slots__ = ("make", "source")

    def __init__(self, make: Callable[[], Any], source: str) -> None:
        self.make = make
        self.source = source

    @property
    def confidence(self) -> float:
        """From 0 (a guess) to 1 (certain)."""
        return CONFIDENCE[self.source]


INT = 7
TEXTS = ("alpha", "beta 42", "gamma,delta", "Alpha")


def numbers() -> list[int]:
    """Make a list of small numbers."""
    return [3, 1, 4, 1, 5, 9, 2]


#: exact builtin type -> a fresh value of it
OF_TYPE: dict[Any, Callable[[], Any]] = {
    int: lambda: INT,
    float: lambda: 1.5,
    complex: lambda: 1.5 + 0.5j,
    bool: lambda: True,
    str: lambda: "The quick brown fox, 42",
    bytes: lambda: b"The quick brown fox, 42",
    bytearray: lambda: bytearray(b"The quick brown fox, 42"),
    type(None): lambda: None,
    list: numbers,
    tuple: lambda: tuple(numbers()),
    set: lambda: set(numbers()),
    frozenset: lambda: frozenset(numbers()),
    dict: lambda: {text: index for index, text in enumerate(TEXTS)},
    range: lambda: range(INT),
    slice: lambda: slice(1, 5),
}


def first_given(*args: Any, **kwargs: Any) -> Any:
    """Stand for a function that the caller would give: whatever it is called with, it gives the first back."""
    return args[0] if args else None


def copied(value: Any, depth: int = 0) -> Callable[[], Any] | None:
    """Give what makes copies of a value of builtin types, down to the last item; None for others."""
    kind = type(value)
    if kind in _PLAIN or kind is range:
        return lambda: value
    if kind not in _HOLDERS or depth > 5 or len(value) > 1000:
        return None
    if kind is bytearray:
        return lambda: bytearray(value)
    parts = list(value.items()) if kind is dict else list(value)
    makers = [copied(part, depth + 1) for part in parts]
    if any(maker is None for maker in makers):
        return None
    return lambda: kind([maker() for maker in makers if maker is not None])


def shown(value: Any) -> str:
    """Show an argument in a message: short, and without running a class's own `repr`."""
    if type(value) in _PLAIN or (type(value) in _HOLDERS and copied(value) is not None):
        text = repr(value)
        return text if len(text) <= 40 else text[:37] + "..."
    return f"<{type(value).__name__}>"


_ITERATORS: tuple[type, ...] = (type(iter([])), type(iter(())), type(iter("")))
_SMALL = 100


def is_plain(value: Any) -> bool:
    """Is this of exact builtin types, down to the last item, so that using it runs no code but CPython's?"""
    return type(value) in _ITERATORS or type(value) is slice or copied(value) is not None


def is_constant(value: Any) -> bool:
    """Is this plain, and nothing in it can be changed?"""
    if type(value) in (tuple, frozenset):
        return len(value) <= 1000 and all(is_constant(one) for one in value)
    return type(value) in _PLAIN or type(value) is range


def is_small(value: Any) -> bool:
    """Is this plain, a number up to 100 or a container of up to as many items that are small?"""
    if type(value) in (int, range):
        return -_SMALL <= value <= _SMALL if type(value) is int else len(value) <= _SMALL and is_small(value.stop)
    if type(value) in (str, bytes, bytearray):
        return len(value) <= _SMALL
    if type(value) in _HOLDERS:
        return len(value) <= _SMALL and all(is_small(one) for one in value)
    return is_plain(value)
