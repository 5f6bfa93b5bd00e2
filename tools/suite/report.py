"""The summary at the end of a test run."""

from __future__ import annotations

from typing import NamedTuple

from suite.counts import Counts


class Row(NamedTuple):
    """One line of the summary: a session, or an interpreter in one mode."""

    name: str
    what: str
    counts: Counts
    seconds: float


def summary(rows: list[Row], left_out: list[str]) -> str:
    """Say what ran, what was skipped and why, and which tests failed; the last line holds the totals."""
    total = Counts(skipped=len(left_out))
    lines = ["", "Summary"]
    width, detail = max([len(r.name) for r in rows] + [4]), max([len(r.what) for r in rows] + [4])
    for row in rows:
        total = total.plus(row.counts)
        passed, failed, skipped = row.counts[:3]
        state = "FAILED" if failed else "ok"
        lines.append(
            f"  {row.name:<{width}}  {row.what:<{detail}}  {passed:>5} passed {failed:>4} failed {skipped:>4} skipped"
            f"  {row.seconds:>5.0f} s  {state}"
        )
    if left_out or total.reasons:
        lines.append("Skipped, and why")
    lines += ["  not run: " + line for line in left_out]
    lines += [f"  {times:>4} x {reason}" for reason, times in sorted(total.reasons.items(), key=lambda r: -r[1])]
    if total.names:
        lines.append("Failed")
    lines += [f"  {row.name}: {name}" for row in rows for name in row.counts.names]
    lines.append(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return "\n".join(lines)


def any_failed(rows: list[Row]) -> bool:
    """Say whether anything failed, or nothing at all passed."""
    return any(row.counts.failed for row in rows) or not any(row.counts.passed for row in rows)
