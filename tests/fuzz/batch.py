"""Runs cases in a worker process and says what became of each: its lines, or how the process ended."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modes import HERE, Interpreter, Mode, environment

Case = dict[str, Any]


@dataclass
class Outcome:
    """What became of one case."""

    seed: int
    #: done, crash, hang
    how: str
    lines: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    #: the last words of the process, for one that did not come through
    error: str = ""


def run(one: Interpreter, mode: Mode, cases: list[Case], seconds: float = 20) -> list[Outcome]:
    """Run cases one after the other in one process; those after a crash are not run and not in the answer."""
    arguments = [one.path, "-W", "ignore", "-X", "faulthandler", str(HERE / "worker.py"), mode.hints, str(seconds)]
    text = "".join(json.dumps(case) + "\n" for case in cases)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        process = subprocess.Popen(
            [*arguments, str(mode.repeat)],
            env=environment(**mode.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        )
        hung = False
        try:
            out, _ = process.communicate(text, timeout=seconds * len(cases) + 30)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            hung = True
        errors.seek(0)
        words = errors.read()[-6000:]
    return _read(out, cases, process.returncode, words, hung)


def _read(out: str, cases: list[Case], code: int, words: str, hung: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    begun = None
    for line in out.splitlines():
        try:
            told = json.loads(line)
        except ValueError:  # cut off in the middle
            continue
        if "began" in told:
            begun = told["began"]
        else:
            outcomes.append(Outcome(told["seed"], "done", told["lines"], told["seen"]))
            begun = None
    if len(outcomes) < len(cases) or code != 0:
        seed = begun if begun is not None else (cases[len(outcomes)]["seed"] if len(outcomes) < len(cases) else -1)
        if hung or "Timeout (" in words:
            outcomes.append(Outcome(seed, "hang", error=words))
        else:
            name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            outcomes.append(Outcome(seed, "crash", error=f"{name}\n{words}"))
    return outcomes


def one_by_one(one: Interpreter, mode: Mode, cases: list[Case], seconds: float = 20) -> dict[int, Outcome]:
    """Run all cases; where one ends the process, the rest goes on in another."""
    found: dict[int, Outcome] = {}
    rest = list(cases)
    while rest:
        outcomes = run(one, mode, rest, seconds)
        for outcome in outcomes:
            found[outcome.seed] = outcome
        if not outcomes:
            raise RuntimeError(f"no answer from {one.path} in mode {mode.name}")
        rest = [case for case in rest if case["seed"] not in found]
    return found


def save(folder: Path, case: Case, notes: str) -> Path:
    """Write a failing case into a folder: its program, everything to run it again, and what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "program.py").write_text(case["source"], encoding="utf-8")
    (folder / "case.json").write_text(json.dumps(case, indent=1), encoding="utf-8")
    (folder / "notes.txt").write_text(notes, encoding="utf-8")
    return folder
