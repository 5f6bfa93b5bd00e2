"""Writes a rules file with the evidence for each rule."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType

from .._rules import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: how a file begins that may be written anew
MARK = "# Written by `jitctl tune`"


def text(
    rules: Iterable[Mapping[str, Any]], kept: Iterable[Rule] = (), backend: str = "", remarks: Iterable[str] = ()
) -> str:
    """Return the file: remarks, the chain of backends, new rules, then those of an earlier file that are kept."""
    lines = [f"{MARK}, which may write it anew; keep rules of your own in another file."]
    lines += [f"# {one}" for one in remarks]
    if backend:
        lines.append(f"backend = {json.dumps(backend)}")
    for rule in rules:
        lines += _table(rule)
    for old in kept:
        lines += _table(_of(old))
    return "\n".join(lines) + "\n"


def _of(rule: Rule) -> dict[str, Any]:
    """Give a rule of a file back as its table."""
    match = rule.match[0] if len(rule.match) == 1 else list(rule.match)
    table = {"match": match, "hint": rule.hint, **rule.options, "reason": rule.reason, "python": rule.python}
    return {**table, "until": rule.until, "evidence": rule.evidence}


def _table(rule: Mapping[str, Any]) -> Iterator[str]:
    yield "\n[[rule]]"
    for key, value in rule.items():
        if value not in (None, "", {}):
            yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # a number or a date


def is_ours(file: str) -> bool:
    """Say whether `jitctl tune` wrote a file, so that it may be written anew."""
    with open(file, encoding="utf-8", errors="replace") as opened:
        return opened.readline().startswith(MARK)


def code_hash(code: CodeType) -> str:
    """Return a hash of what a function does: it is the same in every process of one version of Python."""
    return "sha256:" + hashlib.sha256(_described(code).encode("utf-8", "replace")).hexdigest()[:16]


def _described(code: CodeType) -> str:
    constants = [_described(one) if type(one) is CodeType else _constant(one) for one in code.co_consts]
    return repr((code.co_code.hex(), code.co_names, code.co_varnames, code.co_freevars, constants))


def _constant(value: Any) -> str:
    """Show a constant; the order of a set differs from process to process."""
    return repr(sorted(map(repr, value))) if type(value) is frozenset else repr(value)
