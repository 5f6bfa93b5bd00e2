"""The interval has the true median as often as it says, and decisions with known true ratios are right."""

import itertools
import math
import random

import pytest

from jitctl._tune.interval import median_interval
from jitctl._tune.sequential import ALPHA, MARGIN, across, decide

#: share of decisions that may be wrong
MOST_WRONG = 0.05


def noise(dice, spread):
    """Times have heavy tails: most are near, one in twelve is disturbed by something else."""
    return dice.gauss(0, spread) if dice.random() > 0.08 else dice.choice((1, -1)) * dice.expovariate(4)


def pairs(dice, ratio, spread):
    while True:
        yield math.exp(math.log(ratio) + noise(dice, spread)), 1.0


def test_six_values_are_the_fewest_for_95_percent():
    assert median_interval([1.0, 2.0, 3.0, 4.0, 5.0]).low == 0.0
    found = median_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert (found.low, found.high) == (1.0, 6.0)


def test_the_interval_is_that_of_the_binomial_distribution():
    # With 20 values, the 6th and the 15th leave out 2 * P(B(20, 1/2) <= 5) = 4.1 %; one further in, 11.5 %.
    found = median_interval([float(number) for number in range(1, 21)])
    assert (found.low, found.high) == (6.0, 15.0)


@pytest.mark.parametrize("count", [6, 11, 24, 96])
def test_the_interval_misses_no_more_often_than_it_says(count):
    dice = random.Random(count)
    missed = 0
    for _ in range(2000):
        found = median_interval([math.exp(noise(dice, 0.05)) for _ in range(count)])
        missed += not found.low <= 1.0 <= found.high
    assert missed / 2000 <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / 2000)


@pytest.mark.parametrize("spread", [0.01, 0.03, 0.08])
@pytest.mark.parametrize("ratio", [0.95, 1.0, 1.02, 1.05, 1.20])
def test_decisions_with_a_known_ratio_are_right(ratio, spread):
    """Wrong is: faster or slower where it is neither, or the opposite, or the same where it is not."""
    dice = random.Random(f"{ratio} {spread}")
    allowed = {0.95: {"slower"}, 1.0: {"same"}, 1.02: {"same", "faster"}, 1.05: {"faster"}, 1.20: {"faster"}}[ratio]
    found = [decide(pairs(dice, ratio, spread)).outcome for _ in range(300)]
    wrong = sum(one not in allowed | {"undecided"} for one in found) / len(found)
    assert wrong <= MOST_WRONG
    if spread <= 0.03 and ratio != 1.02:
        assert sum(one in allowed for one in found) / len(found) > 0.9


def test_it_stops_as_soon_as_it_can():
    assert decide(iter([(1.2, 1.0)] * 240)).pairs == 24
    assert decide(itertools.cycle([(1.0, 1.021), (1.021, 1.0)])).pairs == 240


def test_across_processes():
    def intervals(*ratios):
        return [median_interval([ratio] * 6) for ratio in ratios]

    assert across(intervals(1.1, 1.08, 1.2, 1.1, 1.07, 1.15)) == "faster"
    assert across(intervals(0.9, 0.92, 0.9, 0.9, 0.91, 0.9)) == "slower"
    assert across(intervals(1.0, 1.01, 1.0, 0.99, 1.0, 1.0)) == "same"
    assert across(intervals(1.1, 0.9, 1.1, 0.9, 1.1, 0.9)) == "mixed"
    assert across(intervals(1.1, 1.0, 1.1, 1.0, 1.1, 1.0)) == "undecided"
    assert MARGIN == 0.02
