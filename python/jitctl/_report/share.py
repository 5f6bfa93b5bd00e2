"""A share that was estimated from samples, with its interval."""

import math
from dataclasses import dataclass

from .._stats.plain import Count, Plain

#: the quantile of the normal distribution for an interval at 95 %
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share(Plain):
    """``count`` of ``samples``, and the 95 % interval of the share that they estimate.

    The interval is Wilson's, which holds for few samples and for shares near 0 and 1, too (E. B. Wilson, Probable
    Inference, the Law of Succession, and Statistical Inference, 1927).
    """

    share: float
    low: float
    high: float
    count: Count
    samples: Count

    @classmethod
    def estimated(cls, count: int, samples: int) -> "Share | None":
        """Estimate it; None without samples: then there is no share."""
        if not samples:
            return None
        share, z2 = count / samples, _Z * _Z
        middle = (share + z2 / (2 * samples)) / (1 + z2 / samples)
        half = _Z * math.sqrt(share * (1 - share) / samples + z2 / (4 * samples**2)) / (1 + z2 / samples)
        # At the ends, rounding would leave the end itself out.
        low = max(0.0, middle - half) if count else 0.0
        high = min(1.0, middle + half) if count < samples else 1.0
        return cls(share, low, high, count, samples)

    def __str__(self) -> str:
        """Say it: ``62 % (58 to 66 %)``."""
        return f"{100 * self.share:.0f} % ({100 * self.low:.0f} to {100 * self.high:.0f} %)"
