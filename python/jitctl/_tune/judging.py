"""Judges a hint on one function in this process: warms twins until nothing changes, then times them in turn."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from types import FunctionType
from typing import cast

from .. import _router
from .._stats.plain import Plain
from .sequential import alternating, decide
from .twins import twin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .arguments import Samples

#: nanoseconds that a time takes at least: below, the clock and the loop around the call would be part of it
LEAST_NS = 1_000_000
#: rounds without a new region, exit or specialisation after which code is warm; the most rounds, and seconds
STILL, MOST_ROUNDS, MOST_SECONDS = 16, 600, 3.0
#: calls of each sample in a round of warming
WARMING_CALLS = 8
MOST_REPEATS = 100_000


@dataclass(frozen=True, slots=True)
class Hint(Plain):
    """A hint to be judged; ``threshold`` 0 is the backend's own."""

    hint: str
    threshold: int = 0

    @property
    def options(self) -> dict[str, Any] | None:
        """The keywords of the decorator."""
        return {"threshold": self.threshold} if self.threshold else None

    def __str__(self) -> str:
        return f"{self.hint}, threshold {self.threshold}" if self.threshold else self.hint


@dataclass(frozen=True, slots=True)
class Judged(Plain):
    """What came out in one process. ``ratio``: times as fast with the hint as without.

    ``outcome`` may also be *cannot*: nothing here acts on the hint. ``break_even``: calls after which warming has been
    paid back; None where the hint saves nothing.
    """

    outcome: str
    ratio: float
    low: float
    high: float
    pairs: int
    backend: str
    code: str
    message: str
    call_ns: float
    break_even: int | None


def judge(function: FunctionType, hint: Hint, samples: Samples) -> Judged:
    """Time a twin with the hint against one without. Exceptions of the function go on to the caller."""
    plain, hinted = twin(function), twin(function)
    _router.backend.get_strategy(hint.hint).apply(hinted, hint.options, "function")
    without, with_ = _Timed(plain, samples), _Timed(hinted, samples)
    cold = _warm(without, with_)
    verdict = _router.backend.record(hinted)["verdict"]
    backend = _router.backend.record(hinted)["backend"]
    if verdict["status"] in ("unsupported", "refused"):
        _router.backend.undo(hinted)
        return Judged("cannot", 1.0, 1.0, 1.0, 0, backend, verdict["code"], verdict["message"], 0.0, None)
    repeats = max(without.repeats_for(LEAST_NS), with_.repeats_for(LEAST_NS))
    decided = decide(alternating(lambda: without(repeats), lambda: with_(repeats)))
    call_ns = without.per_call(5 * LEAST_NS)
    verdict = _router.backend.record(hinted)["verdict"]
    _router.backend.undo(hinted)
    found = decided.interval
    return Judged(
        decided.outcome,
        found.ratio,
        found.low,
        min(found.high, 1e9),
        decided.pairs,
        backend,
        verdict["code"],
        verdict["message"],
        call_ns,
        break_even(cold, call_ns, call_ns / found.ratio),
    )


def break_even(cold: list[tuple[int, int, int]], plain_ns: float, hinted_ns: float) -> int | None:
    """Return after how many calls the hint has paid for its warming; None where it never does.

    cold: for each round of warming its calls, and the time without and with the hint; then the times of a warm call.
    """
    if hinted_ns >= plain_ns:
        return None
    calls = lost = paid_at = 0
    for count, without, with_ in cold:
        calls += count
        lost += with_ - without
        if lost > 0:
            paid_at = 0
        elif not paid_at:
            paid_at = calls
    return paid_at if lost <= 0 else calls + round(lost / (plain_ns - hinted_ns))


class _Timed:
    """Times calls of one twin, in a loop whose own code no other twin uses."""

    def __init__(self, function: FunctionType, samples: Samples) -> None:
        self.function = function
        self._samples = samples
        self._loop = twin(cast(FunctionType, _loop))

    def __call__(self, repeats: int) -> float:
        return float(self._loop(self.function, [self._samples() for _ in range(repeats)], time.thread_time_ns))

    def repeats_for(self, least: int) -> int:
        """Return how often the samples have to be gone through to take so many nanoseconds."""
        repeats = 1
        while self(repeats) < least and repeats < MOST_REPEATS:
            repeats *= 2
        return repeats

    def per_call(self, least: int) -> float:
        """Return the nanoseconds of one call, the median of some."""
        repeats = self.repeats_for(least)
        return median(self(repeats) for _ in range(5)) / (repeats * max(len(self._samples()), 1))

    def state(self) -> Any:
        """Return what changes while the code becomes warm."""
        state, record = _router.backend.observe(self.function), _router.backend.record(self.function)
        regions = [(one["offset"], one["kind"], one["machine_code_bytes"], one["valid"]) for one in state["regions"]]
        return state["specialised"], regions, record and record["verdict"]["code"]


def _loop(function: Any, rounds: Any, clock: Any) -> Any:
    start = clock()
    for calls in rounds:
        for arguments in calls:
            function(*arguments)
    return clock() - start


def _warm(without: _Timed, with_: _Timed) -> list[tuple[int, int, int]]:
    """Call both in turn until nothing changes; return the calls of each round, and what it took without and with."""
    rounds: list[tuple[int, int, int]] = []
    still, before = 0, None
    end = time.monotonic() + MOST_SECONDS
    count = len(without._samples())
    while still < STILL and len(rounds) < MOST_ROUNDS and time.monotonic() < end:
        rounds.append((WARMING_CALLS * count, int(without(WARMING_CALLS)), int(with_(WARMING_CALLS))))
        now = (without.state(), with_.state())
        still = still + 1 if now == before else 0
        before = now
    return rounds
