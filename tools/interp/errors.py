"""The one error that ends the tool with a message instead of a traceback."""

from __future__ import annotations


class ToolError(Exception):
    """What was found, what was expected, and what to do next, on one line."""

    def __init__(self, found: str, expected: str, next_step: str) -> None:
        line = f"{found}; expected {expected}; next: {next_step}"
        super().__init__(" ".join(line.split()))


OTHER_WAYS = "install one with `uv python install 3.14` or with an installer from python.org, then run the list command"
