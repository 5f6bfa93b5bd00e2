"""Keeps results by version, mode and part, and writes them down as a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import limits

HEAD = """# Leaks and load

`python tests/evidence/load`, one process per part; made by that command, do not edit. Growth is per round. Every figure
with a limit fails the command when it is over it three times (times on debug builds: {slower} times the limit).
"""
TITLES = {
    "rounds": "Hint and undo, over and over",
    "replaced": "Each hint takes the place of the one before",
    "compiled": "Hint, compile and undo",
    "dropped": "Functions made, hinted and dropped",
    "threads": "Hints from eight threads at once",
    "many": "Very many hinted functions",
    "leaving": "Leaving with very many hinted functions",
}


def store(path: Path, rows: list[dict[str, Any]]) -> None:
    """Replace the results of what was measured, and write the page."""
    kept: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    fresh = {(row["version"], row["mode"], row["part"]) for row in rows}
    kept = [row for row in kept if (row["version"], row["mode"], row["part"]) not in fresh] + rows
    kept.sort(key=lambda row: (list(TITLES).index(row["part"]), row["version"], row["mode"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(page(kept), encoding="utf-8")


def page(rows: list[dict[str, Any]]) -> str:
    """Write the page."""
    text = [HEAD.format(slower=limits.SLOWER_ON_DEBUG)]
    for part, title in TITLES.items():
        mine = [row for row in rows if row["part"] == part]
        if not mine:
            continue
        names = list(dict.fromkeys(name for row in mine for name in row["figures"]))
        most = limits.LIMITS.get(part, {})
        text.append(f"## {title}\n")
        text.append("| | " + " | ".join(names) + " |")
        text.append("| --- |" + " ---: |" * len(names))
        text.append("| limit | " + " | ".join(f"{most[name]:g}" if name in most else "" for name in names) + " |")
        for row in mine:
            shown = [_figure(row["figures"].get(name)) for name in names]
            text.append(f"| {row['version']} {row['mode']} ({row['backend']}) | " + " | ".join(shown) + " |")
        text.append("")
        again = [f"{row['version']} {row['mode']} (try {row['tries']})" for row in mine if row.get("tries", 1) > 1]
        text += [f"* over a limit at first, measured again: {', '.join(again)}"] if again else []
        text += [f"* failed on {row['version']} {row['mode']}: {one}" for row in mine for one in row["problems"]]
    return "\n".join(text).rstrip() + "\n"


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
