"""Carries out what `jitctl tune` does: which functions, each alone, then the whole program."""

import signal
from collections.abc import Callable, Mapping
from typing import Any

from .. import _router
from .._tune import search
from .._tune.across import best, judge_all, next_hints
from .._tune.judging import Hint
from .._tune.search import Plan, Proof
from .found import IMPORT_SYSTEM
from .tuning import Budget, Candidate, Processes

#: thresholds with which whole programs are tried; 0 is the backend's own
THRESHOLDS = (0, 24, 256)


class Tuner:
    """Carries the algorithm out, and keeps what is known."""

    def __init__(self, processes: Processes, budget: Budget, function: str | None) -> None:
        """Start nothing yet."""
        self.processes = processes
        self.budget = budget
        self.function = function
        self.candidates: dict[str, Candidate] = {}
        self.plan: Plan | None = None
        self.proof: Proof | None = None
        self.backend: str = _router.backend.chosen()["name"]

    def tune(self) -> None:
        """Find candidates, judge them alone and in the program. Raises FailedError."""
        self._stage(self._screen, self._judge, *([] if self.function else [self._search]))

    def check(self) -> None:
        """Judge the hints that are in force, alone and together."""
        self._stage(self._survey, self._judge, self._prove_as_it_is)

    def _stage(self, *steps: Callable[[], None]) -> None:
        before = signal.signal(signal.SIGINT, self.budget.interrupt)
        try:
            for step in steps:
                if self.budget.going_on():
                    step()
        except KeyboardInterrupt:
            self.budget.is_interrupted = True
        finally:
            signal.signal(signal.SIGINT, before)

    def _screen(self) -> None:
        if self.function:
            self.candidates[self.function] = Candidate(self.function, (), 0.0, 0, "")
            return
        self.budget.going_on("running the program once, to see where its time goes")
        for one in self.processes.find()["candidates"]:
            if not one["module"] or one["qualname"] == "<module>" or one["module"].startswith(IMPORT_SYSTEM):
                continue
            name = f"{one['module']}:{one['qualname']}"
            key = (one["file"], one["line"], one["qualname"].rpartition(".")[2])
            unfriendly = one["unfriendly"][0]["code"] if one["unfriendly"] else ""
            self.candidates[name] = Candidate(name, key, one["share"], one["loops"] or 0, unfriendly)
        self._survey()

    def _survey(self) -> None:
        """Run the program once more: which functions can be judged alone, and which have hints?"""
        self.budget.going_on("running the program once more, to see which functions can be judged alone")
        keys = {name: one.key for name, one in self.candidates.items()}
        for told in self.processes.judge(0, keys, {})["functions"]:
            one = self.candidates.setdefault(told["name"], Candidate(told["name"], told["key"], 0.0, 0, ""))
            one.reason, one.hash = told["reason"], told["hash"]
            now = told["rule"] or told["decorated"]
            one.now, one.decorated = Hint(**now) if now else None, bool(told["decorated"])

    def _judge(self) -> None:
        """Judge functions alone, in several processes."""
        first = {name: [one.now or Hint("focus")] for name, one in self.candidates.items() if not one.reason}
        if not first:
            return
        found = judge_all(first, self._process, self.budget.going_on)
        more = {name: next_hints(many[0], can_once=True) for name, many in found.items()}
        more = {name: hints for name, hints in more.items() if hints}
        again = judge_all(more, self._process, self.budget.going_on) if more and self.budget.going_on() else {}
        for name, many in found.items():
            one = self.candidates[name]
            one.found = best([*many, *again.get(name, [])])
            one.reason = one.found.problem or one.reason

    def _process(self, number: int, hints: Mapping[str, list[Hint]]) -> Mapping[str, Any]:
        self.budget.going_on(f"judging {len(hints)} functions alone, process {number + 1}")
        answer = self.processes.judge(number, {name: self.candidates[name].key for name in hints}, hints)
        for told in answer["functions"]:
            # A function is given by any name that it can be imported by; rules go by the module that defines it.
            one = self.candidates[self.function or told["name"]]
            one.name, one.hash = told["name"], told["hash"]
        judged: Mapping[str, Any] = answer["judged"]
        return judged

    def _search(self) -> None:
        """Find the plan that makes the program faster, and prove it."""
        plans = self._plans()
        self.plan, self.proof, tried_ = search.search(
            self.processes.base, plans, self.processes.way, self.budget.going_on, self.budget.half()
        )
        proven = self._proven()
        if self.plan is None and proven and self.budget.going_on():
            # What is proven on its functions stays where the program is not slower with it.
            alone = Plan("functions proven alone", proven)
            if tried_ is None or dict(tried_.hints) != proven:
                self.proof = search.prove(self.processes.base, self.processes.way(alone), self.budget.going_on)
            self.plan = alone if self.proof is not None and self.proof.does_no_harm else None

    def _proven(self) -> dict[str, Hint]:
        all_ = self.candidates.values()
        return {one.name: one.found.hint for one in all_ if one.found is not None and outcome_of(one) == "faster"}

    def _plans(self) -> list[Plan]:
        """Give the plans to try: what is proven alone, with what only the whole program can judge."""
        proven = self._proven()
        open_ = [one for one in self.candidates.values() if outcome_of(one) == "" and not one.unfriendly]
        # A decorator's hint that does harm is taken away by a rule; the others are in force anyhow.
        against = {
            name: Hint("none") for name, one in self.candidates.items() if one.decorated and outcome_of(one) == "slower"
        }
        sets: dict[str, list[Candidate]] = {"all": open_, "those with loops": [one for one in open_ if one.loops]}
        plans: dict[tuple[tuple[str, Hint], ...], Plan] = {}

        def add(name: str, hints: Mapping[str, Hint], backend: str = "") -> None:
            key = (*hints.items(), (backend, Hint("")))
            if hints:
                plans.setdefault(key, Plan(f"{name}{f', by {backend}' if backend else ''}", dict(hints), backend))

        for backend in self._chains():
            add("functions proven alone", {**proven, **against}, backend)
            for name, some in sets.items():
                for threshold in THRESHOLDS if some else ():
                    hints = {one.name: Hint("focus", threshold) for one in some}
                    late = f", threshold {threshold}" if threshold else ""
                    add(f"{name}{late}", {**proven, **hints, **against}, backend)
            add("as it is", {one.name: one.now for one in self.candidates.values() if one.now}, backend)
        return list(plans.values())

    def _chains(self) -> list[str]:
        """Give the chains to try: the one in use, and its parts that can do without those before them."""
        names = self.backend.split(",")
        return ["", *(",".join(names[at:]) for at in range(1, len(names)))]

    def _prove_as_it_is(self) -> None:
        now = {one.name: one.now for one in self.candidates.values() if one.now}
        if now:
            plan = Plan("as it is", now)
            self.proof = search.prove(self.processes.base, self.processes.way(plan), self.budget.going_on)

    @property
    def is_judged(self) -> bool:
        """Say whether runs of the whole program showed that what was tried last does not help, or that it does."""
        proof = self.proof
        return proof is not None and (proof.is_faster or proof.is_slower or proof.pairs >= 2 * search.LOOK)

    @property
    def kept(self) -> Mapping[str, Hint]:
        """The hints that were proven, and those that take a harmful one away, by pattern."""
        if self.function:
            return self._proven()
        return self.plan.hints if self.plan else {}


def outcome_of(one: Candidate) -> str:
    """Return what judging a function alone came to; empty where it was not possible."""
    return one.found.outcome if one.found is not None and not one.reason else ""
