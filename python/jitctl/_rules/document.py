"""Reads a TOML file and keeps where each rule and key of it stands, which `tomllib` does not tell."""

from __future__ import annotations

import re
import sys

from .errors import RulesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: the table of `pyproject.toml` that holds what a file of our own has at its top
TABLE = ("tool", "jitctl")
#: compiled where a mistake is told: a program under `jitctl run` waits for what is done at import
_POSITION = r"\(at line (\d+), column \d+\)"
_HEADER = r"\s*\[(\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$"


class Document:
    """The content of a rules file, and the lines of what is in it; `prefix` stands before the names of our tables."""

    __slots__ = ("file", "table", "lines", "prefix")

    def __init__(self, file: str, table: dict[str, Any], lines: list[str], prefix: str) -> None:
        """Hold what `read` read."""
        self.file = file
        self.table = table
        self.lines = lines
        self.prefix = prefix

    def line(self, rule: int | None, key: str | None = None) -> int | None:
        """Return the line of a key of a rule (counted from 0), of the rule, or of a key at the top; None: not found."""
        header, number = f"{self.prefix}rule", -1
        inside = rule is None and not self.prefix
        start: int | None = None
        for at, text in enumerate(self.lines, 1):
            found = re.match(_HEADER, text)
            if found:
                name = found[2].replace(" ", "")
                number += bool(found[1]) and name == header
                here = number == rule and bool(found[1]) and name == header
                inside = name == self.prefix.rstrip(".") if rule is None else here
                if here:
                    start = at
            elif inside and key is not None and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", text):
                return at
        return start

    def error(self, problem: str, rule: int | None = None, key: str | None = None) -> RulesError:
        """Make the error for a rule, or a key of it."""
        return RulesError(self.file, self.line(rule, key), problem)


def read(file: str) -> Document | None:
    """Read a file; None for a `pyproject.toml` without a table of ours.

    Raises RulesError where it cannot be read or is no TOML.
    """
    try:
        with open(file, "rb") as opened:
            text = opened.read().decode("utf-8")
    except OSError as error:
        raise RulesError(file, None, f"cannot be read: {error.strerror}; give a file with rules") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RulesError(file, line, "is not UTF-8; TOML files are") from None
    try:
        whole = _loads(text)
    except ValueError as error:
        found = re.search(_POSITION, str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise RulesError(file, line, f"is no TOML: {re.sub(_POSITION, '', str(error)).strip()}") from None
    if not file.endswith("pyproject.toml"):
        return Document(file, whole, text.splitlines(), "")
    table: Any = whole
    for name in TABLE:
        table = table.get(name) if isinstance(table, dict) else None
    return Document(file, table, text.splitlines(), ".".join(TABLE) + ".") if isinstance(table, dict) else None


def _loads(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    loaded: dict[str, Any] = tomllib.loads(text)
    return loaded
