"""Keeps the counts of long runs, and writes them down as a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from modes import Interpreter
from run import Tally, table


def store(path: Path, tallies: dict[tuple[str, str], Tally], interpreters: list[Interpreter], first: int) -> None:
    """Add a run to the stored ones and write the page anew."""
    runs: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
    versions = {one.name: one.version for one in interpreters}
    runs.append({"first_seed": first, "versions": versions, "rows": table(tallies)})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")
