"""Renders Markdown with markdown-it-py. Arguments: how many times, default 60; files, default this project's."""

import sys
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]


def main(times: int, files: list[str]) -> None:
    """Work, and print how much text came out."""
    paths = [Path(file) for file in files] or sorted(ROOT.glob("*.md"))
    documents = [path.read_text(encoding="utf-8") for path in paths]
    renderer = MarkdownIt("commonmark").enable("table")
    print(sum(len(renderer.render(document)) for _ in range(times) for document in documents))


main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, sys.argv[2:])
