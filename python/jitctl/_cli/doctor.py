"""``jitctl doctor``: what a hint will do here, the one thing to change, and, with ``--verbose``, what that rests on.

The data is made first, so that the text and ``--json`` cannot say different things.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from typing import Any

from .. import _router
from .._settings import VARIABLES, is_ours
from .._stats.plain import Plain, published_schema
from .._stats.system import Backend, Interpreter, Jit, System, read_system
from .._text import wrapped
from .._version import __version__
from .advice import to_change, warnings
from .candidates import Candidate, candidates
from .console import Console, add_output_options, add_schema_option, console
from .exits import Exit
from .trial import Trial, tried

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 2
_LABEL = 13


def add_parser(commands: Any) -> None:
    """Add ``doctor``."""
    parser = commands.add_parser(
        "doctor",
        help="say what a hint does here, and the one thing to change",
        description="Say what a hint does on this interpreter, tried on functions of its own, and what to change. "
        "Exit codes: 0 hints do something, 1 `import jitctl` fails, 3 hints can do nothing here.",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="add what the answer rests on")
    add_schema_option(parser)
    add_output_options(parser)
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class Variable(Plain):
    """A variable that is set; ``ignored`` where Python was told to ignore its own, ``problem`` with name or value."""

    name: str
    value: str
    meaning: str
    ignored: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class Diagnosis(Plain):
    """Everything that ``doctor --json`` gives; ``code`` is the exit code."""

    schema: int
    jitctl: str
    does: str
    change: str
    summary: str
    code: int
    problem: str | None
    warnings: tuple[str, ...]
    hints: tuple[Trial, ...]
    interpreter: Interpreter
    backend: Backend
    jit: Jit
    candidates: tuple[Candidate, ...]
    environment: tuple[Variable, ...]


def run(options: argparse.Namespace) -> int:
    """Write the diagnosis; the exit code says whether hints do anything here."""
    with console(options) as out:
        if options.schema:
            options.json = True
            out.data(published_schema(Diagnosis, "jitctl doctor --json", SCHEMA))
            return Exit.DONE
        found = diagnosis()
        out.data(found.to_dict())
        for line in answer(found, out) + (["", *details(found)] if options.verbose else []):
            out.text(line)
    return found.code


def diagnosis() -> Diagnosis:
    """Collect everything the doctor says; gives each hint once, to a function made for that."""
    before = read_system()
    fails = _router.failure is not None
    trials = () if fails else (tried("focus"), tried("ignore"), tried("once"))
    after = read_system()
    return Diagnosis(
        schema=SCHEMA,
        jitctl=__version__,
        does=_does(trials),
        change=to_change(before, trials),
        summary=_summary(before, switches=not before.jit.on and after.jit.by == "jitctl"),
        code=Exit.FAILED if fails else Exit.DONE if any(one.acts for one in trials) else Exit.UNSUPPORTED,
        problem=str(_router.failure) if fails else None,
        warnings=tuple(warnings(after)),
        hints=trials,
        interpreter=before.interpreter,
        backend=before.backend,
        jit=before.jit,
        candidates=candidates(),
        environment=environment(),
    )


def _does(trials: tuple[Trial, ...]) -> str:
    if not trials:
        return f"import jitctl fails: JITCTL_BACKEND={_router.settings.backend} cannot be used"
    if len({one.message for one in trials}) == 1 and not any(one.acts for one in trials):
        return f"a hint does nothing: {trials[0].message}"
    return "; ".join(one.does for one in trials)


def _summary(system: System, switches: bool) -> str:
    jit = system.jit.text + (" until the first focus or once switches it on" if switches else "")
    return f"{system.interpreter}: {jit}; jitctl {__version__} uses backend {system.backend}"


def environment() -> tuple[Variable, ...]:
    """List the variables that are set, and whether this process pays attention to them."""
    settings = _router.settings
    meanings = {one.name: one.meaning for one in VARIABLES}
    return tuple(
        Variable(
            name,
            os.environ[name],
            meanings.get(name, "not read by jitctl itself; a backend may read it"),
            settings.ignored,
            settings.problems.get(name) or _misspelt(name, list(meanings)),
        )
        for name in sorted(filter(is_ours, os.environ))
    )


def _misspelt(name: str, known: list[str]) -> str | None:
    from difflib import get_close_matches

    close = [] if name in known else get_close_matches(name, known, 1, 0.8)
    return f"is not read by jitctl itself; did you mean {close[0]}?" if close else None


def answer(found: Diagnosis, out: Console) -> list[str]:
    """Write the short answer: what hints do, what to change, on what, and what to know."""
    rows = [("hints here", found.does), ("to change", found.change), ("interpreter", found.summary)]
    rows += [("know", text) for text in found.warnings]
    rows += [(one.name, one.problem) for one in found.environment if one.problem and not one.ignored]
    lines = []
    for name, text in rows:
        label = f"{name:<{_LABEL}}" if len(name) < _LABEL else f"{name} "
        first, *rest = wrapped(label + text, out.width, " " * _LABEL)
        lines += [out.paint(label, "bold") + first[len(label) :], *rest]
    return lines


def details(found: Diagnosis) -> list[str]:
    """Write what the answer rests on."""
    interpreter = found.interpreter
    lines = [f"problem      {found.problem}"] if found.problem else []
    lines += [
        f"jitctl       {found.jitctl} in {os.path.dirname(_router.DIRECTORY)}",
        f"interpreter  {interpreter} on {interpreter.platform}: {sys.executable}",
        f"             {interpreter.build}",
        f"extension    {'loaded' if interpreter.extension else f'not loaded: {interpreter.reason}'}",
    ]
    if interpreter.subinterpreter:
        lines.append("             this is a subinterpreter")
    lines += ["", "hints, tried:"]
    for one in found.hints:
        lines.append(f"  {one.hint}: {one.status} ({one.code}): {one.message}")
        lines += [f"      what to do: {one.advice}"] if one.advice else []
    lines += ["", "backends, the one in use first, then best first:"]
    for candidate in found.candidates:
        lines += _candidate(candidate)
        if candidate.chosen:
            notes = {link.name: link.notes for link in found.backend.chain}
            lines += [f"      {name}: {note}" for name, note in notes.get(candidate.name, ())]
    lines += [f"  {name}: {note}" for name, note in found.backend.remarks]
    lines += ["", "environment:"]
    for variable in found.environment:
        ignored = "ignored, Python was started with -E or -I"
        note = ignored if variable.ignored else variable.problem or variable.meaning
        lines.append(f"  {variable.name}={variable.value}  ({note})")
    if not found.environment:
        lines.append("  no JITCTL_ variable is set, nor PYTHON_JIT")
    return lines


def _candidate(one: Candidate) -> list[str]:
    state = "used" if one.chosen else "can be used" if one.usable else "cannot be used"
    lines = [f"  {one.title}: {state} ({one.code}) {one.reason}".rstrip()]
    known = one.file and one.file in one.reason
    lines.append(f"      {one.source}" + (f": {one.file}" if one.file and not known else ""))
    if one.requires:
        lines.append(f"      for {one.requires}")
    return lines
