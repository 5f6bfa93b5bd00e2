"""The fuzzer's work: batches of seeds, as twin and with hints; failures are confirmed, judged and shrunk."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import batch
import compare
import generate
from batch import Case
from compare import Failure
from modes import TWIN, Interpreter, Mode
from shrink import Shrinker


@dataclass
class Found:
    """A failure, with whose it is and where it was written to."""

    seed: int
    mode: str
    interpreter: str
    failure: Failure
    fault: str
    why: str
    repeats: bool
    folder: str = ""


@dataclass
class Tally:
    """Counts of one interpreter and mode."""

    programs: int = 0
    steps: int = 0
    skipped: int = 0
    slow: int = 0
    seconds: float = 0.0
    seen: Counter[str] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)


@dataclass
class Settings:
    """What the command line said."""

    folder: Path
    seconds: float = 20
    shrink: float = 120
    size: int = 20
    #: how many more failures to look into
    most: int = 20
    features: frozenset[str] = frozenset()


class Fuzzer:
    """Fuzzes one interpreter."""

    def __init__(self, one: Interpreter, settings: Settings) -> None:
        self.one = one
        self.settings = settings
        # Shared by default where CPython itself can do it.
        self.features = settings.features | (frozenset({"share"}) if one.sharing else frozenset())

    def batch(self, first: int, modes: list[Mode], tallies: dict[str, Tally]) -> list[Found]:
        """Try some seeds in some modes; give what failed."""
        cases = [generate.make(seed, self.features) for seed in range(first, first + self.settings.size)]
        twins = batch.one_by_one(self.one, TWIN, cases, self.settings.seconds)
        fit = [case for case in cases if twins[case["seed"]].how == "done"]
        found = []
        for mode in modes:
            tally = tallies.setdefault(mode.name, Tally())
            began = time.monotonic()
            # Where the interpreter's own twin does not come through, nothing is learnt.
            tally.skipped += len(cases) - len(fit)
            outcomes = batch.one_by_one(self.one, mode, fit, self.settings.seconds)
            for case in fit:
                outcome = outcomes[case["seed"]]
                tally.programs += 1
                tally.steps += len(case["script"])
                tally.seen.update(outcome.seen)
                failure = compare.compare(twins[case["seed"]], outcome)
                if failure and self.settings.most > 0:
                    one = self.judge(case, fit, mode, failure)
                    if failure.kind == "hang" and not one.repeats:
                        tally.slow += 1  # a busy machine
                        continue
                    self.settings.most -= 1
                    tally.found.append(one)
                    found.append(one)
            if -1 in outcomes:  # it came to grief when it ended
                found.append(
                    self.judge({"seed": -1, "source": "", "script": [], "hooks": []}, fit, mode, failed(outcomes[-1]))
                )
            tally.seconds += time.monotonic() - began
        return found

    def judge(self, case: Case, cases: list[Case], mode: Mode, failure: Failure) -> Found:
        """Run a failing case again, alone; say whose fault it is; shrink it; write it down."""
        again = compare.check(self.one, mode, case, 4, self.settings.seconds)
        if again:
            fault, why = compare.whose(self.one, mode, case, again)
        else:
            fault, why = "unknown", "not seen again alone, " + self.in_batch(case, cases, mode)
        small, tried = case, 0
        if again and self.settings.shrink and not why.startswith(compare.LIMIT):
            tries = 1 if compare.check(self.one, mode, case, 1, self.settings.seconds) else 4
            # What is CPython's need not be as small.
            seconds = self.settings.shrink / (4 if fault == "cpython" else 1)
            shrinker = Shrinker(case, lambda c: self.alike(c, mode, again, tries), seconds)
            small, tried = shrinker.run(), shrinker.tried
        name = f"{self.one.name}-{mode.name}-{case['seed']}"
        notes = (
            f"seed {case['seed']} on {self.one.version} ({self.one.path}), mode {mode.name}: {failure.kind}\n"
            f"fault: {fault} ({why})\nseen again alone: {bool(again)}; {tried} smaller cases tried\n"
            f"environment: {mode.environment}\n\n{failure.detail}\n"
        )
        if again:
            last = compare.check(self.one, mode, small, 4, self.settings.seconds)
            notes += f"\nshrunk:\n{last.detail if last else 'did not fail again'}\n"
        folder = batch.save(self.settings.folder / name, small, notes)
        if not again:
            batch.save(
                folder / "batch",
                {"source": "", "cases": [c["seed"] for c in cases]},
                "the seeds of the batch, in order",
            )
        batch.save(folder / "full", case, "as it was generated")
        return Found(case["seed"], mode.name, self.one.name, failure, fault, why, bool(again), str(folder))

    def in_batch(self, case: Case, cases: list[Case], mode: Mode) -> str:
        """Say whether a case fails again after those that ran before it in the same process."""
        until = cases[: cases.index(case) + 1] if case in cases else cases
        outcomes = {outcome.seed: outcome for outcome in batch.run(self.one, mode, until, self.settings.seconds)}
        twin = batch.run(self.one, TWIN, [case], self.settings.seconds)[0]
        outcome = outcomes.get(case["seed"])
        return "seen again in its batch" if outcome and compare.compare(twin, outcome) else "nor in its batch"

    def alike(self, case: Case, mode: Mode, failure: Failure, tries: int) -> bool:
        """Say whether a smaller case fails in the same way."""
        found = compare.check(self.one, mode, case, tries, min(10.0, self.settings.seconds))
        return found is not None and found.sign == failure.sign


def failed(outcome: batch.Outcome) -> Failure:
    """Describe a process that ended badly after its last case."""
    return Failure("crash", "crash", "at the end of the process\n" + outcome.error)


def table(tallies: dict[tuple[str, str], Tally]) -> list[dict[str, Any]]:
    """Give the counts as plain records."""
    rows = []
    for (name, mode), tally in tallies.items():
        rows.append(
            {
                "interpreter": name,
                "mode": mode,
                "programs": tally.programs,
                "steps": tally.steps,
                "skipped": tally.skipped,
                "slow": tally.slow,
                "seconds": round(tally.seconds, 1),
                "seen": dict(sorted(tally.seen.items())),
                "failures": [
                    {
                        "seed": f.seed,
                        "kind": f.failure.kind,
                        "fault": f.fault,
                        "why": f.why,
                        "repeats": f.repeats,
                        "detail": f.failure.detail,
                    }
                    for f in tally.found
                ],
            }
        )
    return rows
