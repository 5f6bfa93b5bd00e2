"""Tells compiled traces apart: what one function's code leads to is often another one's, too, and counts once.

An executor of CPython's JIT refers to those that its exits lead to. Regions name none; what `_opcode` gives for the
place where a region begins does.
"""

from collections.abc import Iterable
from types import CodeType
from typing import Any, NamedTuple

from .._stats.records import Region

try:
    from _opcode import get_executor as _get_executor  # type: ignore[import-not-found]
except ImportError:
    _get_executor = None  # no CPython from 3.13 on


class Trace(NamedTuple):
    """One piece of compiled code. ``identity`` tells it from all others that are there at the moment."""

    identity: Any
    machine_code_bytes: int
    exits: int


def traces_of(code: CodeType, regions: Iterable[Region]) -> tuple[Trace, ...]:
    """Give the traces that the regions of a function's code are."""
    import gc

    left = list(regions)
    found: dict[int, Any] = {}
    waiting = [one for one in (_executor(code, region.offset) for region in left) if one is not None]
    kind = type(waiting[0]) if waiting else None
    while waiting:
        one = waiting.pop()
        if id(one) not in found and len(one) > 1:  # what stands for an exit that was never taken has one instruction
            found[id(one)] = one
            waiting += [other for other in gc.get_referents(one) if type(other) is kind]
    traces = []
    for identity, one in found.items():
        size = len(one.get_jit_code() or b"") if hasattr(one, "get_jit_code") else 0
        mine = next(
            (region for region in left if (region.micro_ops, region.machine_code_bytes) == (len(one), size)), None
        )
        if mine is not None:
            left.remove(mine)
            traces.append(Trace(identity, size, mine.exits or 0))
    # The rest is no executor: what another backend made, for this function alone.
    rest = [Trace((id(code), at), one.machine_code_bytes or 0, one.exits or 0) for at, one in enumerate(left)]
    return (*traces, *rest)


def _executor(code: CodeType, offset: int) -> Any:
    if _get_executor is None:
        return None
    try:
        return _get_executor(code, offset)
    except (ValueError, RuntimeError):  # there is none, or this build has no JIT
        return None
