"""Keeps results in a JSON file and a page, written anew after each task, so that an interrupted run is not lost."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import page

T = TypeVar("T")


class Store:
    """The results of a run, together with those that were there before when it is an update."""

    def __init__(self, out: Path, update: bool, head: str, units: str, pythons: dict[str, str]) -> None:
        """Results go to `out` with the endings .json and .md; `units`: what the rows are about."""
        self._kept = out.with_suffix(".json")
        self._head = head
        out.parent.mkdir(parents=True, exist_ok=True)
        old: dict[str, Any] = {"interpreters": {}, "rows": []}
        if update and self._kept.exists():
            old = json.loads(self._kept.read_text("utf-8"))
        versions = {**old["interpreters"], **{name: page.version(path) for name, path in pythons.items()}}
        self.results = {"units": units, "interpreters": versions, "unused": [], "rows": old["rows"]}
        self._new: list[dict[str, Any]] = []

    def run(self, groups: Iterable[list[T]], perform: Callable[[T], list[dict[str, Any]]], jobs: int) -> None:
        """Perform the tasks, `jobs` at a time, and write what there is after each."""
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            for group in groups:
                for rows in pool.map(perform, group):
                    self._new += rows
                    self.results["rows"] = page.merged(self.results["rows"], rows)
                    self.write()

    def write(self) -> None:
        """Write both files."""
        self._kept.write_text(page.dumped(self.results), "utf-8")
        self._kept.with_suffix(".md").write_text(page.page(self._head, self.results), "utf-8")

    def end(self, unused: list[tuple[str, str]], fewest: int) -> int:
        """Write and show the result; 1 when something in this run differed unexplained, or did not run."""
        self.results["unused"] = unused
        self.write()
        bad = page.faults({**self.results, "rows": self._new}, fewest)
        again = f"again: python {shlex.join(sys.argv)}"
        print("\n".join([*bad, page.total(self.results), f"results: {self._kept.with_suffix('.md')}", again]))
        return 1 if bad else 0
