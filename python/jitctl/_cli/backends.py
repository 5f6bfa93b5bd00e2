"""``jitctl backends``: list those there are, and check whether one keeps the contract."""

import argparse
import os
from dataclasses import dataclass
from typing import Any

from .._stats.plain import Plain
from .candidates import Candidate, candidates
from .console import Console, add_output_options, console
from .exits import Exit, UsageError

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1


def add_parser(commands: Any) -> None:
    """Add ``backends list`` and ``backends check``."""
    parser = commands.add_parser("backends", help="list the backends there are, or check one")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help="list every backend found, with versions, ranges, hints and reasons",
        description="List our own backends, those on JITCTL_BACKEND_PATH and those of installed packages.",
    )
    listing.set_defaults(run=run_list)
    check = actions.add_parser(
        "check",
        help="check whether a backend keeps the contract",
        description="Run a backend through the contract, in processes of its own. Exit code 0: it keeps it; 1: not.",
    )
    check.add_argument("backend", metavar="NAME|PATH", help="a name that `backends list` shows, or a library")
    check.add_argument(
        "--behind", metavar="NAMES", default="", help="check it as the first of a chain, with these behind it"
    )
    check.add_argument(
        "--only", metavar="CHECK", action="append", help="only this check, after it was loaded; may be repeated"
    )
    check.set_defaults(run=run_check)
    for one in (listing, check):
        add_output_options(one)


@dataclass(frozen=True, slots=True)
class Listing(Plain):
    """Everything that ``backends list --json`` gives."""

    schema: int
    backends: tuple[Candidate, ...]


def run_list(options: argparse.Namespace) -> int:
    """List every backend found, with whether it can be used, and why not."""
    found = candidates()
    with console(options) as out:
        out.data(Listing(SCHEMA, found).to_dict())
        for one in found:
            out.text(_entry(one, out))
    return Exit.DONE


def _entry(one: Candidate, out: Console) -> str:
    state = "in use" if one.chosen else "can be used" if one.usable else "cannot be used"
    interface = f", interface {one.interface}" if one.interface else ""
    facts = {
        "reason": f"{one.reason} ({one.code})",
        "does": one.description,
        "for": one.requires,
        "hints": ", ".join(one.hints),
        "rank": None if one.rank is None else f"{one.rank}{interface}",
        "from": one.source + (f": {one.file}" if one.file else ""),
    }
    lines = [f"    {name:<12} {text}" for name, text in facts.items() if text]
    return "\n".join([f"{out.paint(one.title, 'bold')}: {state}", *lines])


@dataclass(frozen=True, slots=True)
class Check(Plain):
    """One check of the contract."""

    name: str
    title: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``backends check --json`` gives."""

    schema: int
    file: str
    passed: bool
    checks: tuple[Check, ...]


def run_check(options: argparse.Namespace) -> int:
    """Run the conformance check on one library; 0 where it keeps the contract, 1 where not."""
    from .._conformance import CHECKS, check

    unknown = [name for name in options.only or () if name not in CHECKS]
    if unknown:
        raise UsageError(f"there is no check {unknown[0]!r}; there are: {', '.join(CHECKS)}")
    file = _library(options.backend)
    results = []
    with console(options) as out:
        for raw in check(file, options.behind, options.only or list(CHECKS)):
            one = Check.of(raw)
            results.append(one)
            word = out.paint("ok  ", "green") if one.passed else out.paint("FAIL", "red")
            out.text(f"{word}  {one.name}: {one.reason}")
        passed = all(one.passed for one in results)
        out.data(Result(SCHEMA, file, passed, tuple(results)).to_dict())
        bad = sum(not one.passed for one in results)
        kept = "keeps the contract" + (f" as far as it was checked: {', '.join(options.only)}" if options.only else "")
        out.text(f"{file}: " + (kept if passed else f"does not keep the contract: {bad} failed"))
    return Exit.DONE if passed else Exit.FAILED


def _library(backend: str) -> str:
    """Return the library that is meant: the file of that path, or that of the backend with this name.

    What has a separator or an ending, or exists, is a path.
    """
    if os.path.exists(backend) or os.path.basename(backend) != backend or "." in backend:
        return backend
    named = [one for one in candidates() if one.name == backend]
    if not named:
        names = ", ".join(sorted({one.name for one in candidates()}))
        raise UsageError(f"there is no backend {backend!r}; there are: {names}; or give the path of its library")
    files = [one.file for one in named if one.file]
    if not files:
        raise UsageError(f"the backend {backend!r} has no library that could be checked: {named[0].reason}")
    if len(files) > 1:
        raise UsageError(f"several backends have the name {backend!r}; give a path: {', '.join(files)}")
    return files[0]
