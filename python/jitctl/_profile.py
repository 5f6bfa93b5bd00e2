"""What was counted and timed of one function's calls: `Profile`, of three `Calls`."""

from ._record import _Plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Optional

#: fewer calls than this on either side say too little for a comparison
ENOUGH = 8
_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"))


class Calls(_Plain):
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

    __slots__ = ("count", "raised", "lost", "total_ns", "mean_ns", "typical_ns", "min_ns", "max_ns", "histogram")

    count: int
    raised: int
    lost: int
    total_ns: int
    mean_ns: "Optional[float]"
    typical_ns: "Optional[float]"
    min_ns: "Optional[int]"
    max_ns: "Optional[int]"
    histogram: "tuple[int, ...]"

    def __init__(self, raw: "Mapping[str, Any]") -> None:
        """Take the numbers from the form in which the backend module gives them."""
        for name in self.__slots__:
            setattr(self, name, raw[name])
        self.histogram = tuple(self.histogram)

    def __add__(self, other: "Calls") -> "Calls":
        raw: "dict[str, Any]" = {key: getattr(self, key) + getattr(other, key) for key in _SUMMED}
        for key in ("mean_ns", "typical_ns"):
            means = [(mean, side.count) for side in (self, other) for mean in [getattr(side, key)] if mean is not None]
            raw[key] = sum(mean * count for mean, count in means) / raw["count"] if means else None
        raw["min_ns"] = min((side.min_ns for side in (self, other) if side.min_ns is not None), default=None)
        raw["max_ns"] = max((side.max_ns for side in (self, other) if side.max_ns is not None), default=None)
        raw["histogram"] = [mine + its for mine, its in zip(self.histogram, other.histogram)]
        return Calls(raw)

    def __str__(self) -> str:
        """Say it in a few words: ``12 calls, mean 1.3 us (0.9 us to 4 us), total 16 us``."""
        if self.mean_ns is None or self.min_ns is None or self.max_ns is None:
            return "no calls"
        number = f"{self.count} call" + ("" if self.count == 1 else "s")
        ends = f"{time_text(self.min_ns)} to {time_text(self.max_ns)}"
        raised = f", {self.raised} raised" if self.raised else ""
        lost = f", {self.lost} more without an end" if self.lost else ""
        return f"{number}, mean {time_text(self.mean_ns)} ({ends}), total {time_text(self.total_ns)}{raised}{lost}"


_SUMMED = ("count", "raised", "lost", "total_ns")


class Profile(_Plain):
    """The calls of one function, counted and timed while its profile was on.

    * ``state``: on, off (stopped; the numbers stay) or unsupported, where ``note`` says why.
    * ``method``: entry (the function's entry leads through the profiler) or events (`sys.monitoring`).
    * ``before`` and ``after``: calls that began while the code had no compiled part, and while it
      had one, as far as the profiler looked (`docs/profiler.md`); ``all``: both.
    * ``paid``: how many times faster the typical call is after than before; None where that cannot be told.
    * ``rewarmed``: how often focus was applied again because the function had become lastingly slower.
    """

    __slots__ = (
        "state",
        "method",
        "note",
        "clock",
        "bounds_ns",
        "all",
        "before",
        "after",
        "paid",
        "paid_sentence",
        "rewarmed",
    )

    state: str
    method: str
    note: str
    clock: str
    bounds_ns: "tuple[int, ...]"
    all: Calls
    before: Calls
    after: Calls
    paid: "Optional[float]"
    paid_sentence: str
    rewarmed: int

    def __init__(self, raw: "Mapping[str, Any]") -> None:
        """Take the profile from the form in which the backend module gives it."""
        self.state = raw["state"]
        self.method = raw["method"]
        self.note = raw["note"]
        self.clock = raw["clock"]
        self.bounds_ns = tuple(raw["bounds_ns"])
        self.before = Calls(raw["before"])
        self.after = Calls(raw["after"])
        self.all = self.before + self.after
        self.paid, self.paid_sentence = self._compared()
        self.rewarmed = raw["rewarmed"]

    def _compared(self) -> "tuple[Optional[float], str]":
        before, after = self.before, self.after
        if after.typical_ns is None:
            return None, ""  # nothing was compiled
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

    @property
    def short(self) -> str:
        """A cell of the table: ``12 x 1.3 us``."""
        if self.state == "unsupported":
            return "not profiled"
        mean = self.all.mean_ns
        return "0" if mean is None else f"{self.all.count} x {time_text(mean)}"

    def __str__(self) -> str:
        """Say it on one line."""
        if self.state == "unsupported":
            return f"none, {self.note}"
        parts = [str(self.all), self.note, self.paid_sentence]
        if self.rewarmed:
            parts.append(f"warmed again {self.rewarmed} times because it had become slower")
        return "; ".join(part for part in parts if part)


def time_text(ns: float) -> str:
    """Write a duration with the unit that suits it: ``1.3 us``."""
    for factor, unit in _UNITS:
        if ns >= factor:
            return f"{ns / factor:.3g} {unit}"
    return f"{ns:.3g} ns"
