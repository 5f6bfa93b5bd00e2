"""Runs the program of a command again and again, in processes of their own: without hints, and with rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .._tune.programs import Cost
from .._tune.programs import run as run_program
from .program import Target


class Runs:
    """Ways to run one program; ``limit``: seconds of wall-clock time that a run may take."""

    def __init__(self, target: Target, limit: float | None) -> None:
        """Take the environment as it is now, without what concerns hints and the JIT."""
        self.target = target
        self._limit = limit
        self._clean = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTHON_JIT"))}
        kept = {key: value for key, value in os.environ.items() if key.startswith("JITCTL_") and key != "JITCTL_HINTS"}
        #: what processes with hints get
        self.environment = {**self._clean, **kept}

    def plain(self, **more: str) -> Cost:
        """Run it without hints from outside; `more`: further variables."""
        return run_program([sys.executable, *self.target.words], {**self._clean, **more}, self._limit)

    def hinted(self, files: Sequence[str], backend: str = "", *options: str) -> Cost:
        """Run it with rules files; options: more for ``jitctl run``."""
        hints = [word for file in files for word in ("--hints", file)]
        return self.command(["run", "-q", *hints, *options], {"JITCTL_BACKEND": backend} if backend else {})

    def command(self, words: Sequence[str], more: dict[str, str]) -> Cost:
        """Run another command of ours on it."""
        command = [sys.executable, "-m", "jitctl", *words, *self.target.words]
        return run_program(command, {**self.environment, **more}, self._limit)
