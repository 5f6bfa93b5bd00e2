"""What `jitctl tune` found: of the whole program, and of each function."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .._stats.plain import Count, Plain
from .._stats.system import read_system
from .._tune.comparison import FEWEST_ROUNDS
from .._tune.judging import Hint
from .tuner import Tuner, outcome_of
from .tuning import Candidate

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1
Verdict = Literal["hints pay", "no hint pays", "harm", "no harm", "not decided"]


@dataclass(frozen=True, slots=True)
class Function(Plain):
    """What became of one function. ``ratio``: times as fast with the hint, of the function or of the whole program.

    ``judged_by`` says which of the two. ``break_even_calls``: after so many calls it has paid for being compiled.
    """

    name: str
    share: float
    decision: Literal["keep", "remove", "mixed", "no effect", "slower", "undecided", "cannot"]
    hint: str | None
    threshold: Count
    backend: str
    judged_by: Literal["function", "program", "nothing"]
    ratio: float | None
    low: float | None
    high: float | None
    processes: Count
    break_even_calls: int | None
    break_even_seconds: float | None
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``tune --json`` gives; ``ratio`` is that of the whole program with its 95 % interval."""

    schema: int
    interpreter: str
    backend: str
    verdict: Verdict
    sentence: str
    ratio: float | None
    low: float | None
    high: float | None
    pairs: Count
    seconds: float
    rules_file: str | None
    functions: tuple[Function, ...]


def result_of(tuner: Tuner, checked: bool = False) -> Result:
    """Say what is known; `checked`: of the hints in force."""
    kept = tuner.kept
    functions = [_function(one, tuner, checked) for one in tuner.candidates.values()]
    verdict, sentence = _harm(tuner, functions) if checked else _verdict(tuner, kept)
    proof = tuner.proof
    interval = proof.interval if proof and proof.pairs >= FEWEST_ROUNDS else None
    return Result(
        SCHEMA,
        str(read_system().interpreter),
        (tuner.plan.backend if tuner.plan else "") or tuner.backend,
        verdict,
        sentence + ("; interrupted, this is what is known so far" if tuner.budget.is_interrupted else ""),
        interval.ratio if interval else None,
        interval.low if interval else None,
        min(interval.high, 1e9) if interval else None,
        proof.pairs if proof else 0,
        tuner.budget.spent,
        None,
        tuple(sorted(functions, key=lambda one: (-one.share, one.name))),
    )


def _verdict(tuner: Tuner, kept: Mapping[str, Hint]) -> tuple[Verdict, str]:
    number = f"{len(kept)} hint" + ("" if len(kept) == 1 else "s")
    if kept and (tuner.proof is None or not tuner.proof.is_faster):
        where = "its function" if len(kept) == 1 else "their functions"
        program = "" if tuner.function else "; the whole program gains too little to be seen"
        return "hints pay", f"{number} made {where} faster{program}"
    if kept and tuner.proof is not None:
        return "hints pay", f"with {number} the program is {tuner.proof.interval.ratio:.2f} times as fast"
    if not tuner.candidates:
        return (
            "not decided",
            "too few samples to say where the time goes; let the program run for a second at least",
        )
    if tuner.proof is not None and not tuner.is_judged:
        return "not decided", "the time was not enough to prove a gain; give more --budget"
    if tuner.budget.is_interrupted or (not tuner.budget.going_on() and tuner.proof is None):
        return "not decided", "the time was not enough to prove anything; give more --budget"
    return "no hint pays", "no hint pays: none that was tried makes it faster for sure"


def _harm(tuner: Tuner, functions: Sequence[Function]) -> tuple[Verdict, str]:
    bad = [one.name for one in functions if one.decision == "remove"]
    if bad:
        return "harm", f"hints do harm: {', '.join(bad)}"
    if tuner.proof is not None and tuner.proof.is_slower:
        return "harm", f"with its hints the program is slower: {tuner.proof.interval.ratio:.2f} of its speed"
    if not functions:
        return "no harm", "there are no hints in force that are a question of speed: no focus and no once"
    if tuner.proof is None or not tuner.proof.pairs:
        return "not decided", "the time was not enough to say; give more --budget"
    return "no harm", "no hint in force does harm, as far as can be seen"


_DECISIONS: dict[str, Any] = {"same": "no effect", "mixed": "mixed", "undecided": "undecided", "cannot": "cannot"}


def _function(one: Candidate, tuner: Tuner, checked: bool) -> Function:
    proof = tuner.proof
    outcome = outcome_of(one)
    hint = tuner.kept.get(one.name)
    is_kept = hint is not None and hint.hint != "none"
    decision: Any = _DECISIONS.get(outcome) or ("remove" if one.now else "slower")
    if outcome == "faster" or (is_kept and not outcome):
        decision = "keep" if is_kept or checked else "undecided"
    elif not outcome:
        decision = "cannot" if one.unfriendly else "undecided" if checked or not tuner.is_judged else "no effect"
        if one.now and not checked and tuner.is_judged:
            decision = "remove"
    judged_by: Literal["function", "program", "nothing"] = "function" if outcome else "nothing"
    interval, processes = None, 0
    break_even = seconds = None
    if outcome and one.found is not None:
        interval, processes = one.found.interval, len(one.found.judged)
        break_even = one.found.break_even if outcome == "faster" else None
        if break_even is not None:
            seconds = break_even * one.found.judged[0].call_ns / 1e9
    elif is_kept and proof is not None:
        judged_by, interval = "program", proof.interval
    return Function(
        one.name,
        one.share,
        decision,
        hint.hint if hint else None,
        hint.threshold if hint else 0,
        one.found.judged[0].backend if outcome and one.found and one.found.judged else tuner.backend,
        judged_by,
        interval.ratio if interval else None,
        interval.low if interval else None,
        min(interval.high, 1e9) if interval else None,
        processes,
        break_even,
        seconds,
        one.hash,
        _why(one, outcome, is_kept),
    )


def _why(one: Candidate, outcome: str, is_kept: bool) -> str:
    if outcome == "cannot" and one.found is not None:
        return one.found.message
    if outcome:
        return ""
    if one.unfriendly:
        return f"unfriendly to the JIT: {one.unfriendly}"
    alone = f"not judged alone: {one.reason}" if one.reason else "not judged alone"
    return alone if is_kept else f"{alone}; no gain of the program was proven with it"


def rule_of(one: Function, result: Result) -> dict[str, Any]:
    """Return the rule for a function, with the evidence, as a table of a rules file."""
    evidence: dict[str, Any] = {"judged": one.judged_by}
    if one.ratio is not None:
        evidence |= {"ratio": round(one.ratio, 3), "low": round(one.low or 0, 3), "high": round(one.high or 0, 3)}
    if one.judged_by == "function":
        evidence |= {"processes": one.processes, "break_even_calls": one.break_even_calls or 0}
    else:
        evidence |= {"pairs": result.pairs}
    evidence |= {"python": ".".join(map(str, sys.version_info[:3])), "backend": one.backend, "code": one.code}
    return {"match": one.name, "hint": one.hint, "threshold": one.threshold or None, "evidence": evidence}
