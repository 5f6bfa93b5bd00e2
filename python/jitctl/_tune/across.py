"""Judges hints in several processes: six, and more while these disagree, then other thresholds where they still do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from .interval import Interval, median_interval
from .judging import Hint, Judged
from .sequential import across

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: processes that judge a hint, and so many more while they disagree
FEWEST, MOST = 6, 12
#: what is tried where the backend's own threshold is better in some processes and worse in others
THRESHOLDS = (2, 8, 24, 64, 256)


@dataclass(slots=True)
class Found:
    """What the processes so far found of one hint on one function."""

    hint: Hint
    judged: list[Judged] = field(default_factory=list)
    problem: str = ""

    @property
    def interval(self) -> Interval:
        """The median of the processes' ratios, with its 95 % interval."""
        return median_interval([one.ratio for one in self.judged]) if self.judged else Interval(1.0, 0.0, math.inf)

    @property
    def outcome(self) -> str:
        """Faster, slower, same, mixed, undecided, or cannot: most processes could do nothing with the hint."""
        if not self.judged:
            return "cannot"
        if 2 * sum(one.outcome == "cannot" for one in self.judged) > len(self.judged):
            return "cannot"
        return across([Interval(one.ratio, one.low, one.high) for one in self.judged])

    @property
    def is_decided(self) -> bool:
        """Say whether a further process is not needed."""
        if self.problem or (self.judged and all(one.outcome == "cannot" for one in self.judged[:FEWEST])):
            return True
        if len(self.judged) < FEWEST:
            return False
        return len(self.judged) >= MOST or self.outcome in ("faster", "slower", "same", "cannot")

    @property
    def break_even(self) -> int | None:
        """The median of the calls after which it has paid."""
        calls = [one.break_even for one in self.judged if one.break_even is not None]
        return int(median(calls)) if calls else None

    @property
    def message(self) -> str:
        """What most processes' verdicts said."""
        found = Counter(f"{one.code}: {one.message}" for one in self.judged)
        return found.most_common(1)[0][0] if found else self.problem


def judge_all(
    hints: Mapping[Any, list[Hint]],
    process: Callable[[int, Mapping[Any, list[Hint]]], Mapping[Any, list[Judged] | str]],
    going_on: Callable[[], bool],
) -> dict[Any, list[Found]]:
    """Judge hints on functions in processes, until each is decided or `going_on` says no.

    hints: for each function those to judge. process: starts process number n, has it judge what is given, and returns
    for each function what came out, in the same order, or why it could not be judged. KeyboardInterrupt ends it with
    what is known.
    """
    found = {name: [Found(one) for one in many] for name, many in hints.items()}
    try:
        for number in range(MOST):
            open_ = {name: [one for one in many if not one.is_decided] for name, many in found.items()}
            open_ = {name: many for name, many in open_.items() if many}
            if not open_ or not going_on():
                break
            answers = process(number, {name: [one.hint for one in many] for name, many in open_.items()})
            for name, many in open_.items():
                answer = answers.get(name, "the program did not call it")
                if isinstance(answer, str):
                    for one in many:
                        one.problem = answer
                else:
                    for one, judged in zip(many, answer, strict=True):
                        one.judged.append(judged)
    except KeyboardInterrupt:
        pass
    return found


def next_hints(found: Found, can_once: bool) -> list[Hint]:
    """Return what else to judge on a function, after what came of its first hint."""
    if found.outcome == "mixed" and found.hint.hint == "focus" and not found.hint.threshold:
        return [Hint("focus", one) for one in THRESHOLDS]
    if can_once and found.outcome in ("slower", "mixed") and found.hint.hint == "focus":
        return [Hint("once")]
    return []


def best(found: list[Found]) -> Found:
    """Return the hint to give: the fastest of those that are clearly faster, else the first that was judged."""
    faster = [one for one in found if one.outcome == "faster"]
    return max(faster, key=lambda one: one.interval.low) if faster else found[0]
