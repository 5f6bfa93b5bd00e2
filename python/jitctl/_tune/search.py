"""Finds the hints with which a whole program is faster: tries plans in turn, and proves the best in runs of its own.

A plan that was the best of many looks better than it is, so what proves it is never what chose it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from .comparison import Comparison, compare
from .interval import Interval, median_interval
from .judging import Hint
from .programs import Cost
from .sequential import decide

#: runs a program in one way
Way = Callable[[], Cost]

#: rounds after which the slower half of the plans is out; pairs of runs at which a proof is looked at, and the most
ROUNDS, LOOK, MOST = 3, 7, 28
#: a plan is proven where its ratio is above 1, does no harm where it is above this
NO_HARM = 0.99
_BASE = ""


@dataclass(frozen=True)
class Plan:
    """Hints for a program, by pattern, and the chain of backends that gets them (empty: the usual one)."""

    name: str
    hints: Mapping[str, Hint]
    backend: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """How many times as fast the program is with a plan, from ``pairs`` of runs."""

    interval: Interval
    pairs: int

    @property
    def is_faster(self) -> bool:
        """Say whether the program is faster for sure."""
        return self.interval.low > 1

    @property
    def is_slower(self) -> bool:
        """Say whether it is slower for sure."""
        return self.interval.high < 1

    @property
    def does_no_harm(self) -> bool:
        """Say whether it is not slower by more than a hundredth, for sure."""
        return self.interval.low > NO_HARM


def race(base: Way, ways: Mapping[str, Way], going_on: Callable[[str], bool]) -> list[tuple[str, float]]:
    """Return the names of the ways with their ratios, the fastest first; the slower half is out after every few rounds.

    going_on: asked after each round, with a sentence on what is known; False ends the race.
    """
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    left, more = list(ways), True

    def one_more(found: Comparison) -> bool:
        nonlocal more
        best = max(left, key=lambda name: found.interval(name).ratio)
        more = going_on(f"{len(left)} plans left; best so far {found.interval(best).ratio:.3f}: {best}")
        return more

    while left and more and going_on("") and (len(left) > 1 or not ratios[left[0]]):
        found = compare({_BASE: base, **{name: ways[name] for name in left}}, ROUNDS, one_more)
        for name in left:
            pairs = zip(found.costs[_BASE], found.costs[name], strict=True)
            ratios[name] += [one.cpu_seconds / two.cpu_seconds for one, two in pairs]
        left = sorted(left, key=lambda name: -median(ratios[name]))[: max(1, len(left) // 2)]
    # One that was out early stands behind those that were measured longer.
    known = [(name, median(many), len(many)) for name, many in ratios.items() if many]
    return [(name, ratio) for name, ratio, _ in sorted(known, key=lambda one: (-one[2], -one[1]))]


def prove(base: Way, way: Way, going_on: Callable[[str], bool]) -> Proof:
    """Run the program without and with a plan in pairs, AB BA, until it is clear whether it is faster.

    It also ends where the second look sees no gain. KeyboardInterrupt ends it with what is known.
    """
    ratios: list[float] = []

    def pairs() -> Iterator[tuple[float, float]]:
        while True:
            for first, second in ((base, way), (way, base)):
                one, two = first().cpu_seconds, second().cpu_seconds
                pair = (one, two) if first is base else (two, one)
                ratios.append(pair[0] / pair[1])
                yield pair
                told = f"proving: {median(ratios):.3f} times as fast after {len(ratios)} pairs of runs"
                if not going_on(told) or (len(ratios) >= 2 * LOOK and median(ratios) <= 1):
                    return

    try:
        decided = decide(pairs(), 0.0, MOST, LOOK)
    except KeyboardInterrupt:
        decided = None
    if decided is not None and decided.pairs == len(ratios) and decided.pairs % LOOK == 0 and decided.pairs:
        return Proof(decided.interval, decided.pairs)
    return Proof(median_interval(ratios) if ratios else Interval(1.0, 0.0, math.inf), len(ratios))


def halves(plan: Plan) -> list[Plan]:
    """Return the two halves of a plan, its first hints and its last ones; none where it has a single one."""
    names = list(plan.hints)
    if len(names) < 2:
        return []
    middle = (len(names) + 1) // 2
    return [
        Plan(f"{len(some)} of {plan.name}", {name: plan.hints[name] for name in some}, plan.backend)
        for some in (names[:middle], names[middle:])
    ]


def search(
    base: Way,
    plans: list[Plan],
    way: Callable[[Plan], Way],
    going_on: Callable[[str], bool],
    racing: Callable[[str], bool],
) -> tuple[Plan | None, Proof | None, Plan | None]:
    """Find a plan that makes the program faster; return it with its proof, or None with that of the last one tried.

    The best plan of a race is proven; while that fails, the better half of it is tried. The third value is the plan
    that the proof is about. racing: asked during races; the time that they may take leaves some for a proof.
    """
    tried: Plan | None = None
    proof: Proof | None = None
    while plans:
        order = race(base, {one.name: way(one) for one in plans}, racing) if len(plans) > 1 else [(plans[0].name, 1)]
        if not order or not going_on(""):
            break
        tried = next(one for one in plans if one.name == order[0][0])
        proof = prove(base, way(tried), going_on)
        if proof.is_faster:
            return tried, proof, tried
        if not going_on("not proven"):
            break
        plans = halves(tried)
    return None, proof, tried
