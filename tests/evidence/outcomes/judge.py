"""Runs something without and with hints, and says where the outcomes differ."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from compare import PROCESS, Difference, Explained, differences, suspects, unstable
from process import Ended, neutral, run

PLAIN = "none"
#: how often something with a difference runs again, each way
AGAIN = 3
#: which outcome of a test counts where it has several, by its subtests or by its set-up and end
WEIGHT = ("error", "fail")


class Setting(NamedTuple):
    """One interpreter, its JIT ``off`` or ``on``; off means that jitctl opts in for what is hinted."""

    interpreter: str
    jit: str
    #: the backend to name; otherwise jitctl chooses
    backend: str = ""

    def environment(self, package: Path, mode: str) -> dict[str, str]:
        """Return the variables that make it so; without hints the JIT is off where it says off."""
        extra = {"PYTHONPATH": str(package)}
        if self.jit == "on":
            extra["PYTHON_JIT"] = "1"
        elif mode != PLAIN and not self.backend:
            extra["JITCTL_OPT_IN"] = "1"  # what 3.15 does by default and 3.14 only when asked
        if self.backend and mode != PLAIN:
            extra["JITCTL_BACKEND"] = self.backend
        return neutral(extra)


class Run(NamedTuple):
    """What one process did."""

    outcomes: dict[str, str]
    details: dict[str, str]
    end: dict[str, Any]
    seconds: float
    output: str


class Judged(NamedTuple):
    """One process with hints against the same without hints."""

    plain: Run
    hinted: Run
    found: list[tuple[Difference, str | None]]
    details: dict[str, str]
    unstable: list[str]
    reruns: int


def read_journal(lines: list[list[Any]], ended: Ended) -> Run:
    """Make outcomes of a journal: one per id, numbered where several tests share one id."""
    outcomes: dict[str, str] = {}
    details: dict[str, str] = {}
    end: dict[str, Any] = {}
    times: dict[str, int] = {}
    current: dict[str, str] = {}
    for kind, name, *rest in lines:
        if kind == "end":
            end = rest[0]
            continue
        if kind == "start":
            times[name] = times.get(name, 0) + 1
            current[name] = name if times[name] == 1 else f"{name} #{times[name]}"
            outcomes[current[name]] = "unfinished"
            continue
        key = current.get(name, name)
        before = outcomes.get(key)
        if kind == "stop":
            continue
        if before is None or before == "unfinished" or before not in WEIGHT or kind == "error":
            outcomes[key] = kind
        if kind not in ("ok", "expected-fail"):
            details[key] = details.get(key, "") + str(rest[0])[-3000:]
    outcomes[PROCESS] = ended.how
    if ended.how != "ok":
        details[PROCESS] = ended.output[-6000:]
    return Run(outcomes, details, end, ended.seconds, ended.output)


def run_child(
    command: list[str], env: dict[str, str], order: dict[str, Any], limit: float, cwd: Path | None = None
) -> Run:
    """Run a child that writes a journal: ``command JOURNAL ORDER``."""
    with tempfile.TemporaryDirectory(prefix="jitctl-evidence-") as folder:
        journal = Path(folder) / "journal"
        ended = run([*command, str(journal), json.dumps(order)], env, limit, cwd)
        text = journal.read_text("utf-8") if journal.exists() else ""
    # A line that a crash cut short is no line.
    return read_journal([json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")], ended)


class Bench:
    """Runs the same thing in one setting: first without hints, then in every mode asked for."""

    def __init__(self, setting: Setting, run_once: Callable[[str], Run]) -> None:
        """`run_once(mode)` runs it; nothing runs yet."""
        self.where = f"{setting.interpreter} {setting.jit}"
        # What is explained of one backend is not of another.
        self._backend = f" {setting.backend}" if setting.backend.startswith("compiler") else ""
        self._run = run_once
        self._plain: list[Run] = []

    def judge(self, mode: str, explained: Explained) -> Judged:
        """Run it in one mode and compare; what differs unexplained is run again, both ways."""
        if not self._plain:
            self._plain.append(self._run(PLAIN))
        hinted = [self._run(mode)]
        where = f"{self.where} {mode}{self._backend}"
        found = self._differences(hinted, where, explained)
        while len(hinted) <= AGAIN and any(reason is None for _, reason in found):
            hinted.append(self._run(mode))
            if len(self._plain) < len(hinted):
                self._plain.append(self._run(PLAIN))
            found = self._differences(hinted, where, explained)
        details = {}
        for difference, _ in found:
            for one in hinted:
                if one.outcomes.get(difference.test) in difference.new and difference.test in one.details:
                    details[difference.test] = one.details[difference.test]
        plain = [one.outcomes for one in self._plain]
        return Judged(self._plain[0], hinted[0], found, details, unstable(plain), len(hinted) - 1)

    def _differences(self, hinted: list[Run], where: str, explained: Explained) -> list[tuple[Difference, str | None]]:
        plain = [one.outcomes for one in self._plain]
        if len(hinted) == 1 and not suspects(plain[0], hinted[0].outcomes):
            return []
        listed = differences(plain, [one.outcomes for one in hinted])
        return [(one, explained.reason(where, one)) for one in listed]
