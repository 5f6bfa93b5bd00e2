"""Gives a hint to all functions that an object stands for: the wrapped ones before their wrappers."""

from __future__ import annotations

from ._options import for_wrapped, without_effect
from ._router import backend
from ._wrapping import Function, described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._targets import Found


def apply(strategy: Any, thing: Any, found: Found, options: dict[str, Any] | None) -> None:
    """Hint the functions, and take note of what has no bytecode.

    A function inside comes first: samples call it through its wrapper, and what the wrapper's verdict
    says of it must be known.
    """
    whole_class = issubclass(type(thing), type)
    idle = without_effect(options, backend.get_strategy(strategy.hint).backend) if options else []
    for function in _inner_first(found):
        through = found.reached[id(function)]
        origin = "class" if whole_class else "wrapper" if through else "function"
        inside = any(id(outer) in found.reached for outer in through)
        if strategy.apply(function, for_wrapped(options) if inside else options, origin) is False:
            continue  # a nearer hint stays, and with it what is said of that
        if options:
            _keep_options(function, options)
        for remark in (*_of_wrapper(strategy, function, found), *_of_wrapped(found, through), *idle):
            backend.remark(function, remark)
    for gap in found.gaps:
        strategy.note(*gap)


#: function -> the options of its hint that may be kept; made when the first hint has some
_kept: Any = None


def _keep_options(function: Any, options: dict[str, Any]) -> None:
    """Keep numbers, switches and words. Samples are not kept: they would live as long as the function, or for ever."""
    global _kept
    if _kept is None:
        from weakref import WeakKeyDictionary

        _kept = WeakKeyDictionary()
    _kept[function] = {name: value for name, value in options.items() if isinstance(value, (int, float, str))}


def kept_options(function: Any) -> dict[str, Any] | None:
    """Return the options of a function's hint that were kept; None where there are none."""
    return (_kept.get(function) if _kept is not None and type(function) is Function else None) or None


def _inner_first(found: Found) -> list[Any]:
    order: list[Any] = []
    for function in found.functions:
        outer = [i for i, one in enumerate(order) if any(one is wrapper for wrapper in found.reached[id(function)])]
        order.insert(min(outer, default=len(order)), function)
    return order


def _of_wrapper(strategy: Any, function: Any, found: Found) -> list[str]:
    """Say which function this one wraps, and what hint that has."""
    remarks = []
    for one in found.functions:
        if not any(function is wrapper for wrapper in found.reached[id(one)]):
            continue
        record = backend.record(one)
        same = record is not None and record["hint"] == strategy.hint
        state = "has the hint too" if same else f"keeps its own hint, {record['hint']}" if record else "has no hint"
        remarks.append(f"{described(function)} wraps {described(one)}, which {state}")
    return remarks


def _of_wrapped(found: Found, through: tuple[Any, ...]) -> list[str]:
    """Say through which wrappers the function was reached, and whether these have the hint."""
    remarks = []
    for wrapper in through:
        if id(wrapper) in found.reached:
            state = "which has the hint too"
        elif type(wrapper) is Function:
            state = "which other functions share and which has no hint"
        else:
            state = "which has no bytecode"
        remarks.append(f"it is called through {described(wrapper)}, {state}")
    return remarks
