"""Compares several ways to run a program: they take turns, forwards and backwards, so that a drift evens out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .interval import Interval, median_interval
from .programs import Cost

#: fewer rounds than this give no interval at 95 %
FEWEST_ROUNDS = 6


@dataclass(slots=True)
class Comparison:
    """The costs of each way, in the order of the rounds; the first way is what the others are compared with."""

    ways: Sequence[str]
    costs: dict[str, list[Cost]] = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        """How many rounds are complete."""
        return min((len(self.costs.get(way, ())) for way in self.ways), default=0)

    def interval(self, way: str) -> Interval:
        """Return how many times as fast a way is as the first one, with its 95 % interval."""
        first, mine = self.costs[self.ways[0]], self.costs[way]
        return median_interval([one.cpu_seconds / two.cpu_seconds for one, two in zip(first, mine, strict=True)])

    def seconds(self, way: str) -> float:
        """Return the median of a way's processor time, in seconds."""
        found = sorted(one.cpu_seconds for one in self.costs[way])
        middle = len(found) // 2
        return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2


def compare(
    ways: Mapping[str, Callable[[], Cost]],
    rounds: int,
    going_on: Callable[[Comparison], bool],
) -> Comparison:
    """Run all ways once a round, in turn and back again, until `rounds` are done or `going_on` says no.

    `going_on` is asked after each round. KeyboardInterrupt ends it with what is known.
    """
    found = Comparison(tuple(ways))
    order = list(ways)
    try:
        for number in range(rounds):
            costs = {way: ways[way]() for way in (order if number % 2 == 0 else reversed(order))}
            for way, cost in costs.items():
                found.costs.setdefault(way, []).append(cost)
            if not going_on(found):
                break
    except KeyboardInterrupt:
        if found.rounds == 0:
            raise
    return found
