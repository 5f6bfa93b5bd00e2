"""Hints for a whole program, from a rules file (see the documentation's page on it).

    import jitctl.rules
    jitctl.rules.load("jitctl.toml")

``jitctl run`` and the variable ``JITCTL_HINTS`` do the same without a line in the program.
"""

import os
import sys

from . import _rules
from ._rules import Rule, RulesError

__all__ = ["Rule", "RulesError", "clear", "load", "rule_of"]


def load(path: str | os.PathLike[str] | None = None) -> tuple[Rule, ...]:
    """Put the rules of a file in force, in place of those that are: at once, and for modules that are imported later.

    path: a rules file, or a `pyproject.toml` with a table ``[tool.jitctl]``; by default the nearest of
    the current folder and those above it.

    Returns the rules. Raises `RulesError`, with file and line, where something in the file is wrong or there is no
    file; then nothing is changed.
    """
    file = os.fspath(path) if path is not None else _rules.discovered(os.getcwd())
    if file is None:
        raise RulesError(os.getcwd(), None, "no jitctl.toml here or above, nor a pyproject.toml with [tool.jitctl]")
    ruleset = _rules.load([file])
    _rules.replace(ruleset, sys.modules[__package__])
    return ruleset.rules


def from_environment(files: list[str]) -> None:
    """Put the rules of the files in force that ``JITCTL_HINTS`` names; the first match of all of them decides.

    Raises `RulesError` as `load` does.
    """
    active = _rules.replace(_rules.load(files), sys.modules[__package__])
    if _is_child():
        from ._rules import children

        children.follow(active)


def _is_child() -> bool:
    """Say whether multiprocessing started this process anew (its methods spawn and forkserver)."""
    return "--multiprocessing-fork" in sys.argv or any("multiprocessing" in word for word in sys.orig_argv)


def clear() -> None:
    """End the rules that are in force. The hints that they gave stay; `jitctl.remove` takes them back."""
    _rules.end()


def rule_of(function: object) -> Rule | None:
    """Return the rule that decided about a function, or None."""
    return _rules.active.rule_of(function) if _rules.active is not None else None
