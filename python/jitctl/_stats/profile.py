"""What was counted and timed of one function's calls: `Profile`, of three `Calls`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .._text import html_pairs
from .plain import Count, Plain

#: fewer calls than this on either side say too little for a comparison
ENOUGH = 8
_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"))


@dataclass(frozen=True, slots=True)
class Calls(Plain):
    """Calls in one state of the code; of a generator or coroutine, its resumptions.

    * ``count``: calls that ended; ``raised`` of them with an exception. ``lost``: resumptions whose
      end nobody told (before 3.15, those that an exception ended); they have no time.
    * ``mean_ns``, ``min_ns``, ``max_ns``: from entry to return, what was called included; None without calls.
    * ``typical_ns``: the mean of the fastest three quarters, which first calls, garbage collections
      and other processes do not reach.
    * ``total_ns``: the time spent inside, where a call within a call of the same function on the
      same thread counts once. Without recursion it is ``count * mean_ns``.
    * ``histogram``: calls by duration; `Profile.bounds_ns` has the upper bounds, the last bucket has none.
    """

    count: Count
    raised: Count
    lost: Count
    total_ns: Count
    mean_ns: float | None
    typical_ns: float | None
    min_ns: int | None
    max_ns: int | None
    histogram: tuple[Count, ...]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Calls":
        """Take the numbers from the form in which the backend module gives them."""
        return cls.of(raw, histogram=tuple(raw["histogram"]))

    def __add__(self, other: "Calls") -> "Calls":
        both = (self, other)
        raw: dict[str, Any] = {
            key: getattr(self, key) + getattr(other, key) for key in ("count", "raised", "lost", "total_ns")
        }
        for key in ("mean_ns", "typical_ns"):
            means = [(getattr(side, key), side.count) for side in both if getattr(side, key) is not None]
            raw[key] = sum(mean * count for mean, count in means) / raw["count"] if means else None
        return Calls(
            **raw,
            min_ns=min((side.min_ns for side in both if side.min_ns is not None), default=None),
            max_ns=max((side.max_ns for side in both if side.max_ns is not None), default=None),
            histogram=tuple(mine + its for mine, its in zip(self.histogram, other.histogram, strict=False)),
        )

    def __str__(self) -> str:
        """Say it in a few words: ``12 calls, typical 1.1 us, mean 1.3 us (0.9 us to 4 us), total 16 us``."""
        if self.mean_ns is None or self.typical_ns is None or self.min_ns is None or self.max_ns is None:
            return "no calls"
        number = f"{self.count} call" + ("" if self.count == 1 else "s")
        times = f"typical {time_text(self.typical_ns)}, mean {time_text(self.mean_ns)}"
        ends = f"{time_text(self.min_ns)} to {time_text(self.max_ns)}"
        raised = f", {self.raised} raised" if self.raised else ""
        lost = f", {self.lost} more without an end" if self.lost else ""
        return f"{number}, {times} ({ends}), total {time_text(self.total_ns)}{raised}{lost}"


@dataclass(frozen=True, slots=True, repr=False)
class Profile(Plain):
    """The calls of one function, counted and timed while its profile was on.

    * ``state``: on, off (stopped; the numbers stay) or unsupported, where ``note`` says why.
    * ``method``: entry (the function's entry leads through the profiler) or events (`sys.monitoring`).
    * ``before`` and ``after``: calls that began while the code had no compiled part, and while it
      had one, as far as the profiler looked (`docs/profiler.md`); ``all``: both.
    * ``paid``: how many times faster the typical call is after than before; None where that cannot be told.
      ``paid_sentence`` says it in words, or why it cannot be told.
    * ``rewarmed``: how often applying focus again helped a function that had lost compiled code and become slower.
    """

    state: Literal["on", "off", "unsupported"]
    method: Literal["entry", "events", ""]
    note: str
    clock: str
    bounds_ns: tuple[Count, ...]
    all: Calls
    before: Calls
    after: Calls
    paid: float | None
    paid_sentence: str
    rewarmed: Count

    @classmethod
    def read(cls, raw: Mapping[str, Any], uncompiled: str = "") -> "Profile":
        """Take the profile from the form in which the backend module gives it.

        `uncompiled` is why no part of the function was compiled, for where that is so.
        """
        before, after = Calls.read(raw["before"]), Calls.read(raw["after"])
        paid, sentence = (None, "") if raw["state"] == "unsupported" else _compared(before, after, uncompiled)
        sides = {"all": before + after, "before": before, "after": after}
        return cls.of(raw, bounds_ns=tuple(raw["bounds_ns"]), **sides, paid=paid, paid_sentence=sentence)

    @property
    def short(self) -> str:
        """A cell of the table, the typical time in it: ``12 x 1.3 us``."""
        if self.state == "unsupported":
            return "not profiled"
        typical = self.all.typical_ns
        return "0" if typical is None else f"{self.all.count} x {time_text(typical)}"

    def __str__(self) -> str:
        """Say it on one line."""
        if self.state == "unsupported":
            return f"none, {self.note}"
        parts = [str(self.all), self.note, self.paid_sentence]
        if self.rewarmed:
            parts.append(f"warmed again {_times(self.rewarmed)} after it had lost compiled code and become slower")
        return "; ".join(part for part in parts if part)

    def __repr__(self) -> str:
        return f"<Profile ({self.state}): {self}>"

    def _repr_html_(self) -> str:
        """Write it as a table for a notebook."""
        sides = (("all calls", self.all), ("before compilation", self.before), ("after compilation", self.after))
        pairs = [(name, str(side)) for name, side in sides if self.state != "unsupported"]
        return html_pairs("profile", [*pairs, ("note", self.note), ("did it pay", self.paid_sentence)])


def _compared(before: Calls, after: Calls, uncompiled: str) -> tuple[float | None, str]:
    """Compare the typical calls before and after compilation: the ratio, and the sentence."""
    if after.typical_ns is None:
        if before.typical_ns is None:
            return None, ""
        why = f": {uncompiled}" if uncompiled else ""
        return None, f"nothing to compare, since no call ran compiled code{why}"
    if before.typical_ns is None or min(before.count, after.count) < ENOUGH:
        counts = f"{before.count} calls before compilation and {after.count} after"
        return None, f"{counts} are too few to compare; at least {ENOUGH} of each are needed"
    ratio = before.typical_ns / max(after.typical_ns, 1.0)
    times = f"typical call {time_text(before.typical_ns)} before, {time_text(after.typical_ns)} after"
    if ratio >= 1.05:
        return ratio, f"compilation paid: {ratio:.2f} times as fast ({times})"
    if ratio > 0.95:
        return ratio, f"compilation made no difference ({times})"
    return ratio, f"compilation did not pay: {1 / ratio:.2f} times as slow ({times}); consider taking the hint away"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def time_text(ns: float) -> str:
    """Write a duration with the unit that suits it: ``1.3 us``."""
    for factor, unit in _UNITS:
        if ns >= factor:
            return f"{ns / factor:.3g} {unit}"
    return f"{ns:.3g} ns"
