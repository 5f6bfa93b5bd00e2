"""Counts tests from what the tools leave behind: pytest's XML report, cargo's and the lint session's output."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import NamedTuple


class Counts(NamedTuple):
    """How many passed, failed and were skipped; why: reason -> how often; and which failed, as far as it is known."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: dict[str, int] = {}  # noqa: RUF012 (never changed in place)
    names: tuple[str, ...] = ()

    def plus(self, other: Counts) -> Counts:
        """Return the sum of both."""
        reasons = Counter(self.reasons)
        reasons.update(other.reasons)
        added = [mine + theirs for mine, theirs in zip(self[:3], other[:3], strict=False)]
        return Counts(added[0], added[1], added[2], dict(reasons), self.names + other.names)

    def judged(self, exit_code: int) -> Counts:
        """Return these counts with one failure at least where the program failed or where nothing was tested.

        A crash leaves no report, and a run that finds no tests must not pass for a good one.
        """
        bad = exit_code != 0 or not any(self[:3])
        return self._replace(failed=max(self.failed, 1)) if bad else self


def from_junit(report: Path) -> Counts:
    """Count the test cases in a pytest report; nothing when there is none."""
    try:
        cases = list(ElementTree.parse(str(report)).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return Counts()
    skipped = 0
    failed: list[str] = []
    reasons: dict[str, int] = Counter()
    for case in cases:
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append("::".join(filter(None, (case.get("classname"), case.get("name")))))
        elif skip is not None:
            skipped += 1
            reasons[skip.get("message") or "no reason given"] += 1
    return Counts(len(cases) - len(failed) - skipped, len(failed), skipped, dict(reasons), tuple(failed))


def seconds_of(report: Path) -> float:
    """Read from a pytest report how long its tests took; 0 where there is none."""
    try:
        suites = ElementTree.parse(str(report)).iter("testsuite")
        return sum(float(suite.get("time") or 0) for suite in suites)
    except (OSError, ElementTree.ParseError):
        return 0.0


CARGO_TOTAL = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", re.MULTILINE)
CARGO_IGNORED = re.compile(r"^test .* \.\.\. ignored(?:, (.*))?$", re.MULTILINE)


def from_cargo(log: str) -> Counts:
    """Add up the result lines of all test programs that cargo ran."""
    totals = [[int(number) for number in match] for match in CARGO_TOTAL.findall(log)]
    reasons = Counter(reason or "ignored, no reason given" for reason in CARGO_IGNORED.findall(log))
    passed, failed, skipped = (sum(column) for column in zip(*totals, strict=False)) if totals else (0, 0, 0)
    return Counts(passed, failed, skipped, dict(reasons))


LINT_LINE = re.compile(r"^lint: .*: (ok|failed)$", re.MULTILINE)


def from_lint(log: str) -> Counts:
    """Count the checks of the lint session."""
    results = LINT_LINE.findall(log)
    return Counts(results.count("ok"), results.count("failed"))
