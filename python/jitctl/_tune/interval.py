"""An exact interval for the median of a sample, from its order statistics.

Nothing is assumed about the distribution but that the values are independent: times have heavy tails, and their means
are decided by the few that another process disturbed. (H. A. David, H. N. Nagaraja, Order Statistics, section 7.1.)
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A ratio (its median) and the interval that has the true one with the asked probability at least."""

    ratio: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.ratio:.3f} ({self.low:.3f} to {self.high:.3f})"

    def above(self, margin: float) -> bool:
        """Say whether the true ratio is above 1 + margin."""
        return self.low > 1 + margin

    def below(self, margin: float) -> bool:
        """Say whether the true ratio is below 1 - margin."""
        return self.high < 1 - margin

    def near_one(self, margin: float) -> bool:
        """Say whether the true ratio is within 1 - margin and 1 + margin."""
        return self.low > 1 - margin and self.high < 1 + margin


def median_interval(ratios: Sequence[float], alpha: float = 0.05) -> Interval:
    """Return the median of positive ratios, and an interval that misses the true one with probability `alpha` at most.

    With too few values for that (fewer than 6 for 0.05), the interval is everything. Raises ValueError without values.
    """
    ordered = sorted(ratios)
    middle = math.exp(statistics.median(map(math.log, ordered)))
    count = len(ordered)
    # The number of values below the median is binomial (count, 1/2): leave out as many on each side as alpha allows.
    outside, below, term = 0, 0.0, 0.5**count
    while outside < count // 2 and below + term <= alpha / 2:
        below += term
        outside += 1
        term *= (count - outside + 1) / outside
    if outside == 0:
        return Interval(middle, 0.0, math.inf)
    return Interval(middle, ordered[outside - 1], ordered[count - outside])
