"""One rule: which functions, which hint, and under which conditions."""

from __future__ import annotations

import sys

from .._keywords import KEYWORDS
from .._options import validated
from .document import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from typing import Any

HINTS = ("focus", "ignore", "once", "none")
#: keywords of the decorators that a file cannot hold, for they are values of a program
_OF_PROGRAMS = ("sample_args", "sample_kwargs")
#: what every rule may have beside the keywords of its hint
_COMMON = ("match", "hint", "reason", "python", "until", "evidence")
_COMPARE: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": lambda here, there: here >= there,
    "<=": lambda here, there: here[: len(there)] <= there,
    "==": lambda here, there: here[: len(there)] == there,
    "!=": lambda here, there: here[: len(there)] != there,
    ">": lambda here, there: here[: len(there)] > there,
    "<": lambda here, there: here < there,
}


class Rule:
    """A rule of a file. Rules are told apart by identity.

    * ``file``, ``line``: where it stands.
    * ``match``: patterns ``module:qualname``, where ``*`` and ``?`` stand for any text and any character.
    * ``options``: keywords for the hint.
    * ``until``: the last day on which it holds; None for ever.
    * ``evidence``: what `jitctl tune` measured.
    """

    __slots__ = (
        "_document",
        "_index",
        "match",
        "hint",
        "options",
        "reason",
        "python",
        "until",
        "evidence",
        "__weakref__",
    )

    def __init__(
        self,
        document: Document,
        index: int,
        match: tuple[str, ...],
        hint: str,
        options: dict[str, Any],
        reason: str = "",
        python: str = "",
        until: datetime.date | None = None,
        evidence: dict[str, Any] | None = None,
    ) -> None:
        """Hold what was checked."""
        self._document = document
        self._index = index
        self.match = match
        self.hint = hint
        self.options = options
        self.reason = reason
        self.python = python
        self.until = until
        self.evidence = evidence or {}

    @property
    def file(self) -> str:
        """The file that it stands in."""
        return self._document.file

    @property
    def line(self) -> int | None:
        """The line that it begins in."""
        return self._document.line(self._index)

    @property
    def place(self) -> str:
        """Where it stands: ``jitctl.toml:3``."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.hint} for {', '.join(self.match)} ({self.place})"

    def idle(self, today: datetime.date | None = None) -> str:
        """Say why the rule does not hold here and now; empty where it does."""
        if self.until is not None and (today or type(self.until).today()) > self.until:
            return f"expired on {self.until.isoformat()}"
        if self.python and not holds(self.python):
            return f"is for Python {self.python}; this is {'.'.join(map(str, sys.version_info[:3]))}"
        return ""


def holds(specifier: str, version: tuple[int, ...] | None = None) -> bool:
    """Say whether a version, by default this interpreter's, fits ``>=3.15,<3.17``. Raises ValueError."""
    here = version or tuple(sys.version_info[:3])
    return all(_compared(part.strip(), here) for part in specifier.split(","))


def _compared(part: str, here: tuple[int, ...]) -> bool:
    for sign, compare in _COMPARE.items():
        if part.startswith(sign):
            return compare(here, tuple(int(number) for number in part[len(sign) :].strip().split(".")))
    raise ValueError(part)


def rule_of(document: Document, index: int, raw: Any) -> Rule:
    """Check one entry of ``rule``, and make a `Rule` of it. Raises RulesError: key, line, and what is allowed."""
    if not isinstance(raw, dict):
        raise document.error("a rule must be a table: [[rule]]", index)
    hint = raw.get("hint")
    if hint not in HINTS:
        shown = "has no hint" if hint is None else f"there is no hint {hint!r}"
        raise document.error(f"{shown}; allowed: {', '.join(HINTS)}", index, "hint")
    keywords = [one.name for one in KEYWORDS if hint in one.hints and one.name not in _OF_PROGRAMS]
    for key in raw:
        if key in _OF_PROGRAMS:
            problem = f"{key} holds values of a program and cannot stand in a file; put it on the decorator"
            raise document.error(problem, index, key)
        if key not in _COMMON and key not in keywords:
            raise document.error(_unknown(key, hint, [*_COMMON, *keywords]), index, key)
    given = {key: value for key, value in raw.items() if key in keywords}
    try:
        options = validated(f"the hint {hint}", hint, given) if given else {}
    except (TypeError, ValueError) as error:
        key = next((one for one in given if one in str(error)), None)
        raise document.error(str(error), index, key) from None
    return Rule(
        document=document,
        index=index,
        match=_patterns(document, index, raw.get("match")),
        hint=hint,
        options=options,
        reason=_text(document, index, raw, "reason"),
        python=_python(document, index, _text(document, index, raw, "python")),
        until=_until(document, index, raw.get("until")),
        evidence=_evidence(document, index, raw.get("evidence", {})),
    )


def _unknown(key: str, hint: str, allowed: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, allowed, 1)
    meant = f"did you mean {close[0]}? " if close else ""
    return f"a rule with the hint {hint} has no key {key!r}; {meant}allowed: {', '.join(allowed)}"


def _patterns(document: Document, index: int, given: Any) -> tuple[str, ...]:
    patterns = [given] if isinstance(given, str) else given
    if not isinstance(patterns, list) or not patterns or not all(isinstance(one, str) for one in patterns):
        wanted = 'match must be a pattern or a list of patterns such as "shop.pricing:Cart.*"'
        raise document.error(wanted, index, "match")
    for one in patterns:
        module, colon, name = one.partition(":")
        if not colon or not module.strip() or not name.strip() or ":" in name or any(c.isspace() for c in one):
            raise document.error(f'{one!r} is no pattern; expected "module:qualname"', index, "match")
        if not set(module) - set("*?") and not set(name) - set("*?"):
            problem = f"{one!r} would hint every function there is, which makes programs slower; name a module"
            raise document.error(problem, index, "match")
    return tuple(patterns)


def _text(document: Document, index: int, raw: dict[str, Any], key: str) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str):
        raise document.error(f"{key} must be a text; got {value!r}", index, key)
    return value


def _python(document: Document, index: int, specifier: str) -> str:
    try:
        if specifier:
            holds(specifier)
    except ValueError:
        problem = f'python must be comparisons such as ">=3.15" or ">=3.14,<3.16"; got {specifier!r}'
        raise document.error(problem, index, "python") from None
    return specifier


def _until(document: Document, index: int, value: Any) -> datetime.date | None:
    if value is None:
        return None
    import datetime  # a program under `jitctl run` would wait for it

    if type(value) is datetime.date:
        return value
    raise document.error(f"until must be a date, without quotes: 2027-03-01; got {value!r}", index, "until")


def _evidence(document: Document, index: int, value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise document.error(f"evidence must be a table; got {value!r}", index, "evidence")
