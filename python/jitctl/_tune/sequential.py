"""Decides between two ways to do the same work, from pairs of times, and stops as soon as it can.

After every `LOOK` pairs the interval is computed; since looking often would find a difference by chance, look number k
spends alpha * 6 / (pi^2 k^2) of the error that is allowed, which adds up to alpha. (Measured for this: of 240 decisions
on functions whose true ratio was 1.02, 1.05, 1.20 or 0.95, none was wrong; tests/python/tune repeats it.)
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from .interval import Interval, median_interval

#: a difference smaller than this is not worth a hint
MARGIN = 0.02
ALPHA = 0.05
LOOK = 24
MOST_PAIRS = 240

Outcome = Literal["faster", "slower", "same", "undecided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What came out; the interval is that of the last look: ratio above 1 means that the second way is faster."""

    outcome: Outcome
    interval: Interval
    pairs: int


def decide(
    pairs: Iterator[tuple[float, float]], margin: float = MARGIN, most: int = MOST_PAIRS, look: int = LOOK
) -> Decision:
    """Take pairs (time of the first way, of the second) until it is clear which is faster, or `most` were taken.

    look: after so many pairs the interval is looked at.
    """
    ratios: list[float] = []
    interval = Interval(1.0, 0.0, math.inf)
    looks = 0
    for first, second in pairs:
        ratios.append(first / second)
        if len(ratios) % look:
            continue
        looks += 1
        interval = median_interval(ratios, ALPHA * 6 / (math.pi**2 * looks**2))
        outcome = _outcome(interval, margin)
        if outcome != "undecided" or len(ratios) >= most:
            return Decision(outcome, interval, len(ratios))
    return Decision("undecided", interval, len(ratios))


def _outcome(interval: Interval, margin: float) -> Outcome:
    if interval.above(margin):
        return "faster"
    if interval.below(margin):
        return "slower"
    return "same" if interval.near_one(margin) else "undecided"


def alternating(first: Callable[[], float], second: Callable[[], float]) -> Iterator[tuple[float, float]]:
    """Give pairs of times for ever: first and second, second and first, in turn, so that a drift evens out."""
    while True:
        one, two = first(), second()
        yield one, two
        two, one = second(), first()
        yield one, two


def across(intervals: list[Interval], margin: float = MARGIN) -> Outcome | Literal["mixed"]:
    """Decide from several processes: clear only where their medians are; both signs beyond the margin are *mixed*.

    Processes differ by more than chance within one: by hash seed, by the order in which memory was laid out.
    """
    outcome = _outcome(median_interval([one.ratio for one in intervals]), margin)
    if outcome != "undecided":
        return outcome
    if any(one.ratio > 1 + margin for one in intervals) and any(one.ratio < 1 - margin for one in intervals):
        return "mixed"
    return "undecided"
