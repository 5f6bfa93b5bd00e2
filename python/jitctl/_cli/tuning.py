"""What `jitctl tune` knows while it works: its processes, its budget, and what each function came to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._tune.across import Found
from .._tune.judging import Hint, Judged
from .._tune.programs import Cost, FailedError
from .._tune.programs import run as run_program
from .._tune.rules_file import text
from .._tune.search import Plan, Way
from .progress import Progress
from .runs import Runs


@dataclass(slots=True)
class Candidate:
    """A function that may get a hint, or has one; ``now`` is the hint that it has, by a rule or by a decorator."""

    name: str
    key: Sequence[Any]
    share: float
    loops: int
    unfriendly: str
    now: Hint | None = None
    decorated: bool = False
    reason: str = ""
    hash: str = ""
    found: Found | None = None


class Budget:
    """Says how far the work is, and when its time is over."""

    def __init__(self, seconds: float, progress: Progress) -> None:
        """Take the seconds that all of it may take."""
        self._begin = time.monotonic()
        self._end = self._begin + seconds
        self._progress = progress
        #: Ctrl-C was pressed: there is no more time, and what is known is told
        self.is_interrupted = False

    def interrupt(self, *_: object) -> None:
        """Handle Ctrl-C: whatever is measured now ends with what it knows, and nothing further begins."""
        self.is_interrupted = True
        raise KeyboardInterrupt

    @property
    def spent(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self._begin

    def going_on(self, sentence: str = "") -> bool:
        """Show what is known, and say whether there is time left."""
        if sentence:
            self._progress(f"{sentence} ({max(self._end - time.monotonic(), 0):.0f} s left)")
        return time.monotonic() < self._end and not self.is_interrupted

    def half(self) -> Callable[[str], bool]:
        """Return what says whether half of the time that is left now is still left."""
        end = (time.monotonic() + self._end) / 2
        return lambda sentence: self.going_on(sentence) and time.monotonic() < end


class Processes:
    """Starts the processes of `jitctl tune`: one that finds, those that judge functions, and whole programs."""

    def __init__(self, runs: Runs | None, rules: Sequence[str], limit: float | None, sample: str | None) -> None:
        """Hold what they have in common; without `runs` there is no program, only a function with a sample."""
        self.runs = runs
        self._rules = [os.path.abspath(one) for one in rules]
        self._limit = limit
        self._sample = sample
        self._folder = tempfile.TemporaryDirectory(prefix="jitctl-tune-")
        self._plans: dict[str, str] = {}

    def close(self) -> None:
        """Remove what they have written."""
        self._folder.cleanup()

    def file(self, name: str) -> str:
        """Return the path of a file of ours."""
        return os.path.join(self._folder.name, name)

    def find(self) -> dict[str, Any]:
        """Return what ``jitctl find --json`` says of the program. Raises FailedError."""
        assert self.runs is not None
        self.runs.command(["find", "--json", "-o", self.file("find.json")], {})
        return self._read("find.json")

    def judge(
        self, number: int, keys: Mapping[str, Sequence[Any]], hints: Mapping[str, Sequence[Hint]]
    ) -> dict[str, Any]:
        """Have process number n judge; `keys`: the functions that it has to know. Raises FailedError."""
        order: dict[str, Any] = {
            "target": None,
            "function": next(iter(hints)) if self.runs is None else None,
            "sample": self._sample,
            "rules": self._rules,
            "functions": dict(keys),
            "hints": {name: [one.to_dict() for one in many] for name, many in hints.items()},
        }
        environment = dict(os.environ)
        if self.runs is not None:
            target = self.runs.target
            order["target"] = [target.name, target.is_module, target.arguments]
            environment = self.runs.environment
        with open(self.file("order.json"), "w", encoding="utf-8") as file:
            json.dump(order, file)
        command = [sys.executable, "-m", "jitctl._cli.tune_child", self.file("order.json"), self.file("answer.json")]
        # Processes differ by hash seed more than by anything else; the same numbers make tuning repeatable.
        run_program(command, {**environment, "PYTHONHASHSEED": str(number + 1)}, self._limit)
        answer = self._read("answer.json")
        answer["judged"] = {
            name: told if isinstance(told, str) else [Judged.of(one) for one in told]
            for name, told in answer["judged"].items()
        }
        return answer

    def _read(self, name: str) -> dict[str, Any]:
        try:
            with open(self.file(name), encoding="utf-8") as file:
                found: dict[str, Any] = json.load(file)
        except OSError:
            raise FailedError("it left the process without ending as Python programs do (os._exit?)") from None
        return found

    def base(self) -> Cost:
        """Run the program without any hint, also of its own."""
        assert self.runs is not None
        return self.runs.plain(JITCTL_DISABLE="1")

    def way(self, plan: Plan) -> Way:
        """Return what runs the program with a plan."""
        runs = self.runs
        assert runs is not None
        file = self._plans.setdefault(plan.name, self.file(f"plan{len(self._plans)}.toml"))
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(text({"match": name, **_table(hint)} for name, hint in plan.hints.items()))
        return lambda: runs.hinted([file], plan.backend)


def _table(hint: Hint) -> dict[str, Any]:
    return {"hint": hint.hint, **(hint.options or {})}


def last_line(error: FailedError | subprocess.SubprocessError) -> str:
    """Return an error as one line."""
    return " ".join(str(error).split())
