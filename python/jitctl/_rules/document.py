"""Reads a TOML file and keeps where each rule and key of it stands, which `tomllib` does not tell."""

from __future__ import annotations

import sys

from .errors import RulesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: the table of `pyproject.toml` that holds what a file of our own has at its top
TABLE = ("tool", "jitctl")
#: how tomllib names a place; `re` is imported where a mistake is told, since a program under `jitctl run` waits for it
_POSITION = r"\(at line (\d+), column \d+\)"


class Document:
    """The content of a rules file, and the lines of what is in it; `prefix` stands before the names of our tables."""

    __slots__ = ("file", "table", "lines", "prefix", "_tables")

    def __init__(self, file: str, table: dict[str, Any], lines: list[str], prefix: str) -> None:
        """Hold what `read` read."""
        self.file = file
        self.table = table
        self.lines = lines
        self.prefix = prefix
        self._tables: tuple[range | None, list[range]] | None = None

    def line(self, rule: int | None, key: str | None = None) -> int | None:
        """Return the line of a key of a rule (counted from 0), of the rule, or of a key at the top; None: not found."""
        if self._tables is None:
            self._tables = self._find_tables()
        top, rules = self._tables
        inside = top if rule is None else rules[rule] if rule < len(rules) else None
        if inside is None:
            return None
        if key is not None:
            for at in inside:
                name, equals, _ = self.lines[at].partition("=")
                if equals and name.strip().strip("\"'") == key:
                    return at + 1
        return inside.start or None  # the header stands in the line before

    def _find_tables(self) -> tuple[range | None, list[range]]:
        """Return the lines of the table at the top, and those of each rule, all without their headers.

        Done once, since each hint that a rule gives names its line.
        """
        found = [(at, one) for at, text in enumerate(self.lines) if (one := _header(text))]
        ends = [*(at for at, _ in found), len(self.lines)][1:]
        top = None if self.prefix else range(found[0][0] if found else len(self.lines))
        rules = []
        for (at, one), end in zip(found, ends, strict=True):
            is_array, name = one
            if is_array and name == f"{self.prefix}rule":
                rules.append(range(at + 1, end))
            elif self.prefix and name == self.prefix.rstrip("."):
                top = range(at + 1, end)
        return top, rules

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
        import re

        found = re.search(_POSITION, str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise RulesError(file, line, f"is no TOML: {re.sub(_POSITION, '', str(error)).strip()}") from None
    if not file.endswith("pyproject.toml"):
        return Document(file, whole, text.splitlines(), "")
    table: Any = whole
    for name in TABLE:
        table = table.get(name) if isinstance(table, dict) else None
    return Document(file, table, text.splitlines(), ".".join(TABLE) + ".") if isinstance(table, dict) else None


def _header(line: str) -> tuple[bool, str] | None:
    """Read the head of a table: is it one of an array (``[[rule]]``), and its name; None for another line."""
    line = line.strip()
    name, bracket, rest = line.lstrip("[").partition("]")
    rest = rest.lstrip("]").lstrip()
    if not line.startswith("[") or not bracket or (rest and not rest.startswith("#")):
        return None
    return line.startswith("[["), name.replace(" ", "")


def _loads(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    loaded: dict[str, Any] = tomllib.loads(text)
    return loaded
