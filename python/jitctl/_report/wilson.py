"""The interval of a share that was estimated from samples, and how it is told."""

import math

#: the quantile of the normal distribution for an interval at 95 %
_Z = 1.959964


def interval(count: int, samples: int) -> tuple[float, float, float]:
    """Return the share that ``count`` of ``samples`` (one at least) estimate, and the ends of its 95 % interval.

    The interval is Wilson's, which holds for few samples and for shares near 0 and 1, too (E. B. Wilson, Probable
    Inference, the Law of Succession, and Statistical Inference, 1927).
    """
    share, z2 = count / samples, _Z * _Z
    middle = (share + z2 / (2 * samples)) / (1 + z2 / samples)
    half = _Z * math.sqrt(share * (1 - share) / samples + z2 / (4 * samples**2)) / (1 + z2 / samples)
    # At the ends, rounding would leave the end itself out.
    low = max(0.0, middle - half) if count else 0.0
    high = min(1.0, middle + half) if count < samples else 1.0
    return share, low, high


def told(share: float, low: float, high: float) -> str:
    """Say it: ``62 % (58 to 66 %)``."""
    return f"{100 * share:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
