"""Compares what tests did with hints to what they did without, test by test.

A run is a mapping of test id to outcome (``ok``, ``fail``, ``skip``, ...). Tests that differ are run again, both ways,
and then judged by all runs: an outcome under hints that was never seen without them is a difference. How the process
ended is an outcome like the others, under the id PROCESS.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Run = Mapping[str, str]

PROCESS = "(process)"
MISSING = "missing"


class Difference(NamedTuple):
    """A test with outcomes under hints that it never had without: outcome -> number of runs, both ways."""

    test: str
    plain: dict[str, int]
    hinted: dict[str, int]

    @property
    def new(self) -> list[str]:
        """Return the outcomes that only hints brought."""
        return sorted(set(self.hinted) - set(self.plain))

    def shown(self) -> str:
        """Return one line of text."""
        return f"{self.test}: {_shown(self.plain)} without hints, {_shown(self.hinted)} with"


def _shown(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{outcome} x{times}" for outcome, times in sorted(counts.items()))


def suspects(plain: Run, hinted: Run) -> list[str]:
    """Return the ids whose outcomes differ, tests that ran only one way included."""
    ids = sorted(set(plain) | set(hinted))
    return [one for one in ids if plain.get(one, MISSING) != hinted.get(one, MISSING)]


def differences(plain: list[Run], hinted: list[Run]) -> list[Difference]:
    """Judge by all runs, of which there is at least one each way."""
    if not plain or not hinted:
        raise ValueError("nothing to compare: expected at least one run without hints and one with")
    found = []
    for one in sorted({key for run in (*plain, *hinted) for key in run}):
        without, under = _counts(plain, one), _counts(hinted, one)
        if set(under) - set(without):
            found.append(Difference(one, without, under))
    return found


def unstable(plain: list[Run]) -> list[str]:
    """Return the tests that had several outcomes without any hint."""
    return sorted(one for one in {key for run in plain for key in run} if len(_counts(plain, one)) > 1)


def _counts(runs: Iterable[Run], one: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for run in runs:
        outcome = run.get(one, MISSING)
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


class Explained:
    """The checked-in list of differences whose cause is known.

    Each entry has a ``reason`` and says what it covers: ``test`` and ``where`` are patterns for the test's id and for
    the run (``3.15d off ignore``: interpreter, JIT, mode), each a string or a list of strings, and ``outcome`` is the
    one that hints bring. An end by a signal cannot be explained away.
    """

    KEYS = frozenset({"test", "where", "outcome", "reason"})

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        """Check the entries; ValueError names what is wrong."""
        for entry in entries:
            missing = self.KEYS - set(entry)
            if missing or not all(entry.values()):
                raise ValueError(f"entry {entry.get('test')!r} lacks {sorted(missing) or 'a value'}")
        self.entries = entries
        self.used = [0] * len(entries)

    @classmethod
    def read(cls, path: Path) -> Explained:
        """Read the list from a file."""
        return cls(json.loads(path.read_text("utf-8")))

    def reason(self, where: str, difference: Difference) -> str | None:
        """Return why every new outcome of this test is as expected; None when one is not explained."""
        if not difference.new:
            return None
        reasons = []
        for outcome in difference.new:
            found = self._entry(where, difference.test, outcome)
            if found is None:
                return None
            self.used[found] += 1
            reasons.append(self.entries[found]["reason"])
        return "; ".join(dict.fromkeys(reasons))

    def unused(self) -> list[tuple[str, str]]:
        """Return what no difference needed: (test, where) of each such entry."""
        return [
            (str(e["test"]), str(e["where"])) for e, times in zip(self.entries, self.used, strict=False) if not times
        ]

    def _entry(self, where: str, test: str, outcome: str) -> int | None:
        if outcome.startswith("signal"):
            return None
        for number, entry in enumerate(self.entries):
            if _fits(entry["test"], test) and _fits(entry["where"], where) and _fits(entry["outcome"], outcome):
                return number
        return None


def _fits(patterns: Any, text: str) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in listed)
