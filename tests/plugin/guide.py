"""Reads PLUGINS.md: files to write, commands to run, and what they must print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?P<kind>\w+)(?P<words>[^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass
class Block:
    """One fenced block: its language, the `name=value` words behind it, its line and its text."""

    kind: str
    words: dict[str, str]
    line: int
    body: str

    @property
    def name(self) -> str:
        """Return how a test report names it."""
        return self.words.get("file") or f"line-{self.line}"


def blocks(document: Path) -> list[Block]:
    """Return the fenced blocks of a Markdown document, in order."""
    text = document.read_text(encoding="utf-8")
    return [
        Block(
            kind=match["kind"],
            words=dict(word.split("=", 1) for word in match["words"].split()),
            line=text.count("\n", 0, match.start()) + 1,
            body=match["body"],
        )
        for match in FENCE.finditer(text)
    ]
