"""A share that was estimated from samples, with its interval."""

from dataclasses import dataclass

from .._stats.plain import Count, Plain
from .wilson import interval, told


@dataclass(frozen=True, slots=True)
class Share(Plain):
    """``count`` of ``samples``, and the 95 % interval of the share that they estimate."""

    share: float
    low: float
    high: float
    count: Count
    samples: Count

    @classmethod
    def estimated(cls, count: int, samples: int) -> "Share | None":
        """Estimate it; None without samples: then there is no share."""
        return cls(*interval(count, samples), count, samples) if samples else None

    def __str__(self) -> str:
        """Say it: ``62 % (58 to 66 %)``."""
        return told(self.share, self.low, self.high)
