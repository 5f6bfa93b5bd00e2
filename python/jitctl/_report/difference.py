"""What changed between two recordings of a program."""

from collections.abc import Iterator
from dataclasses import dataclass

from .._stats.plain import Plain
from .recording import Function, Recording
from .share import Share

#: functions that take less than this share of the time in both are left out
LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Change(Plain):
    """What changed of one function; ``worse`` where it runs compiled no longer, or less, or takes more of the time."""

    name: str
    word: str
    worse: bool
    text: str


def words(old: Recording, now: Recording) -> str:
    """Say what became of the share of time in compiled code."""
    if old.in_jit is None or now.in_jit is None:
        return "cannot be compared"
    way = _apart(old.in_jit, now.in_jit)
    return {0: "no difference that samples show", 1: "more", -1: "less"}[way]


def _apart(old: Share | None, now: Share | None) -> int:
    """Say whether the intervals have nothing in common: 1 for more now, -1 for less, 0 where they have."""
    if old is None or now is None:
        return 0
    return (now.low > old.high) - (now.high < old.low)


def changes(old: Recording, now: Recording) -> Iterator[Change]:
    """Give them, for the functions with most of the time first. A function that moved to another line is the same."""
    before = {_key(one): one for one in old.functions}
    for one in now.functions:
        past = before.pop(_key(one), None)
        if past is not None and max(one.share, past.share) >= LEAST:
            yield from _changes(old, past, now, one)
    for past in before.values():
        if past.share >= LEAST:
            yield Change(past.name, "gone", False, f"took {100 * past.share:.1f} % of the time, and was not seen now")


def _changes(old: Recording, past: Function, now: Recording, one: Function) -> Iterator[Change]:
    reason = f"; {one.reasons[0]}: {one.reasons[0].message}" if one.reasons else ""
    if past.regions and not one.regions:
        yield Change(one.name, "lost", True, f"was {past.state}, is {one.state}{reason}")
    elif one.regions and not past.regions:
        yield Change(one.name, "gained", False, f"was {past.state}, is {one.state}")
    else:
        way = _apart(_inside(past), _inside(one))
        if way:
            text = (
                f"{100 * (past.in_jit or 0):.0f} % of its time was in compiled code, {100 * (one.in_jit or 0):.0f} % is"
            )
            yield Change(one.name, "more" if way > 0 else "less", way < 0, text)
    way = _apart(Share.estimated(past.samples, old.samples), Share.estimated(one.samples, now.samples))
    if way:
        text = f"took {100 * past.share:.1f} % of the time, takes {100 * one.share:.1f} %"
        yield Change(one.name, "time", way > 0, text)


def _inside(one: Function) -> Share | None:
    return Share.estimated(round((one.in_jit or 0) * one.samples), one.samples) if one.in_jit is not None else None


def _key(one: Function) -> tuple[str, str, str]:
    return one.module, one.file.replace("\\", "/").rpartition("/")[2], one.qualname
