"""Which hint, judged in several processes and on whole programs, with times whose true ratios are known."""

import math
import random

import pytest

from jitctl._tune import search
from jitctl._tune.across import FEWEST, MOST, THRESHOLDS, Found, best, judge_all, next_hints
from jitctl._tune.judging import Hint, Judged
from jitctl._tune.programs import Cost
from jitctl._tune.search import Plan, halves, prove, race
from jitctl._tune.sequential import decide

FOCUS = Hint("focus")
#: how much processes differ from each other, beyond chance within one
BETWEEN = 0.004


def always(_=""):
    return True


def judged(ratio, outcome="faster"):
    return Judged(outcome, ratio, ratio, ratio, 24, "native", "armed", "", 100.0, 50)


def simulated(dice, ratio, spread=0.02):
    """Judge as a process does, with noise within it, and with what makes processes differ."""
    mine = ratio * math.exp(dice.gauss(0, BETWEEN))

    def pairs():
        while True:
            heavy = dice.gauss(0, spread) if dice.random() > 0.08 else dice.choice((1, -1)) * dice.expovariate(4)
            yield mine * math.exp(heavy), 1.0

    found = decide(pairs())
    return judged(found.interval.ratio, found.outcome)


@pytest.mark.parametrize("ratio", [0.95, 1.0, 1.02, 1.05, 1.20])
def test_verdicts_from_several_processes_are_right(ratio):
    """Wrong is: faster or slower where it is neither, or the opposite, or the same where it is not."""
    dice = random.Random(f"across {ratio}")
    allowed = {0.95: {"slower"}, 1.0: {"same"}, 1.02: {"same", "faster"}, 1.05: {"faster"}, 1.20: {"faster"}}[ratio]
    outcomes = []
    for _ in range(120):
        found = judge_all({"f": [FOCUS]}, lambda number, hints: {"f": [simulated(dice, ratio)]}, always)
        outcomes.append(found["f"][0].outcome)
    wrong = sum(one not in allowed | {"undecided", "mixed"} for one in outcomes)
    assert wrong / len(outcomes) <= 0.05
    if ratio != 1.02:
        assert sum(one in allowed for one in outcomes) / len(outcomes) > 0.9


def test_six_processes_are_enough_where_they_agree_and_twelve_are_tried_where_not():
    started = []

    def process(number, hints):
        started.append((number, sorted(hints)))
        return {"clear": [judged(1.3)], "mixed": [judged(1.1 if number % 3 else 0.85)], "unlike": [judged(1.05)]}

    found = judge_all({"clear": [FOCUS], "mixed": [FOCUS]}, process, always)
    assert found["clear"][0].outcome == "faster"
    assert found["mixed"][0].outcome == "mixed"
    assert (len(found["clear"][0].judged), len(found["mixed"][0].judged)) == (FEWEST, MOST)
    assert started[FEWEST] == (FEWEST, ["mixed"])


def test_a_function_that_was_not_called_is_not_asked_for_again():
    calls = []
    found = judge_all({"f": [FOCUS]}, lambda number, hints: calls.append(number) or {"f": "why"}, always)
    assert calls == [0]
    assert (found["f"][0].problem, found["f"][0].outcome) == ("why", "cannot")


def test_what_nothing_can_act_on_takes_one_process():
    calls = []
    cannot = judged(1.0, "cannot")
    found = judge_all({"f": [FOCUS]}, lambda number, hints: calls.append(number) or {"f": [cannot]}, always)
    assert (calls, found["f"][0].outcome) == ([0], "cannot")


def test_an_interruption_leaves_what_is_known():
    def process(number, hints):
        if number == 3:
            raise KeyboardInterrupt
        return {"f": [judged(1.3)]}

    found = judge_all({"f": [FOCUS]}, process, always)
    assert len(found["f"][0].judged) == 3
    assert found["f"][0].outcome == "undecided"


def test_other_thresholds_where_it_is_mixed_and_once_where_it_is_slower():
    mixed, slower, faster = (
        Found(FOCUS, [judged(one) for one in ratios]) for ratios in ([1.1, 0.9] * 6, [0.8] * 6, [1.2] * 6)
    )
    assert next_hints(mixed, True) == [Hint("focus", one) for one in THRESHOLDS]
    assert next_hints(slower, True) == [Hint("once")]
    assert next_hints(slower, False) == next_hints(faster, True) == []
    late = Found(Hint("focus", 24), [judged(1.1)] * 6)
    assert best([mixed, late, slower]) is late
    assert best([mixed, slower]) is mixed
    assert faster.break_even == 50


def program(ratio, dice, spread=0.01, log=None, name=""):
    def once():
        if log is not None:
            log.append(name)
        return Cost(math.exp(dice.gauss(0, spread)) / ratio, 0.0, 0)

    return once


@pytest.mark.parametrize(("ratio", "expected"), [(1.05, "faster"), (1.2, "faster"), (0.95, "slower"), (1.0, "neither")])
def test_a_program_with_a_known_ratio(ratio, expected):
    dice = random.Random(f"program {ratio}")
    found = []
    for _ in range(100):
        proof = prove(program(1.0, dice), program(ratio, dice), always)
        found.append("faster" if proof.is_faster else "slower" if proof.is_slower else "neither")
    assert sum(one != expected for one in found) / len(found) <= 0.05


def test_pairs_of_runs_go_forwards_and_backwards():
    log, dice = [], random.Random(1)
    prove(program(1.0, dice, 0, log, "a"), program(1.5, dice, 0, log, "b"), always)
    assert "".join(log) == "abbaabbaabbaab"  # seven pairs, the first look


def test_a_proof_ends_where_there_is_no_gain_to_be_seen():
    dice = random.Random(2)
    assert prove(program(1.0, dice), program(0.997, dice), always).pairs <= 2 * search.LOOK + 1


def test_the_time_that_is_over_ends_a_proof_with_what_is_known():
    dice, left = random.Random(3), iter([True] * 5 + [False])
    proof = prove(program(1.0, dice), program(1.3, dice), lambda _: next(left))
    assert proof.pairs == 6
    assert proof.is_faster  # six of six, which is 97 %


def test_the_race_keeps_the_fastest():
    dice = random.Random(4)
    ways = {str(ratio): program(ratio, dice, 0.002) for ratio in (0.9, 1.0, 1.1, 1.05)}
    assert race(program(1.0, dice, 0.002), ways, always)[0][0] == "1.1"


def test_halves():
    plan = Plan("p", {"a": FOCUS, "b": FOCUS, "c": FOCUS}, "native")
    assert [(list(one.hints), one.backend) for one in halves(plan)] == [(["a", "b"], "native"), (["c"], "native")]
    assert halves(Plan("p", {"a": FOCUS})) == []


def test_what_does_harm_in_a_set_is_halved_away():
    """Of four hints one costs more than the others gain together."""
    gains = {"a": 1.10, "b": 1.08, "bad": 0.5, "d": 1.0}
    dice = random.Random(5)

    def way(plan):
        return program(math.prod(gains[name] for name in plan.hints), dice, 0.002)

    whole = Plan("all", dict.fromkeys(gains, FOCUS))
    plan, proof, _ = search.search(program(1.0, dice, 0.002), [whole], way, always, always)
    assert sorted(plan.hints) == ["a", "b"]
    assert proof.is_faster


def test_where_nothing_helps_no_plan_is_kept():
    dice = random.Random(6)
    whole = Plan("all", dict.fromkeys("abcd", FOCUS))
    plan, proof, tried = search.search(
        program(1.0, dice, 0.002), [whole], lambda plan: program(0.98, dice, 0.002), always, always
    )
    assert plan is None
    assert not proof.is_faster
    assert len(tried.hints) == 1
