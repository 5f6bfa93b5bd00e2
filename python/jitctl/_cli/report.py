"""``jitctl report``: shows a recorded run, holds it against a limit, and compares it with an older one."""

import argparse
from dataclasses import dataclass
from typing import Any

from .._report import difference, recording
from .._report.difference import Change
from .._report.recording import Recording, UnreadableError
from .._report.screen import headline, screen
from .._report.share import Share
from .._stats.plain import Plain
from .._text import wrapped
from .console import Console, add_output_options, add_schema_option, console, write_schema
from .exits import Exit, UsageError

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1


def add_parser(commands: Any) -> None:
    """Add ``report``."""
    parser = commands.add_parser(
        "report",
        help="show a run that `jitctl run --record` recorded",
        description="Show a recorded run: the share of time in compiled code, and per function its time, state and "
        "what keeps it from being compiled. --html writes all of it as one page. Exit codes: 1 below --fail-under, 3 "
        "where that share is not known.",
    )
    parser.add_argument("--html", metavar="PAGE", help="write the whole report as one HTML file")
    parser.add_argument("--fail-under", type=_percent, metavar="PERCENT", help="fail if less of the time is compiled")
    parser.add_argument("--diff", metavar="OLD", help="compare with an older recording of the program")
    add_schema_option(parser)
    add_output_options(parser)
    parser.add_argument("file", nargs="?", metavar="FILE", help="what `jitctl run --record FILE` wrote")
    parser.set_defaults(run=run)


def _percent(text: str) -> float:
    try:
        value = float(text.rstrip("% "))
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"a number from 0 to 100 was expected, not {text!r}")
    return value


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``report --json`` gives. ``passed`` is None without --fail-under, ``changes`` without --diff."""

    schema: int
    passed: bool | None
    reason: str
    old_in_jit: Share | None
    changes: tuple[Change, ...]
    recording: Recording


def run(options: argparse.Namespace) -> int:
    """Show the recording."""
    if options.schema:
        return write_schema(Result, "jitctl report --json", SCHEMA)
    if not options.file:
        raise UsageError("nothing to report; give a file that `jitctl run --record FILE` wrote")
    try:
        now = recording.read(options.file)
        old = recording.read(options.diff) if options.diff else None
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    passed, reason = _judge(now, options.fail_under)
    changes = tuple(difference.changes(old, now)) if old is not None else ()
    if options.html:
        write_page(now, options.html)
    with console(options) as out:
        out.data(Result(SCHEMA, passed, reason, old.in_jit if old else None, changes, now).to_dict())
        for line in screen(now, out.width, out.paint):
            out.text(line)
        if old is not None:
            _tell_difference(old, now, changes, out)
        if passed is not None:
            out.text("")
            out.text(f"{out.paint('ok', 'green') if passed else out.paint('FAIL', 'red')}  {reason}")
        if options.html:
            out.text(f"\npage written to {options.html}")
    if passed is False:
        return Exit.UNSUPPORTED if now.in_jit is None else Exit.FAILED
    return Exit.DONE


def write_page(found: Recording, file: str) -> None:
    """Write the page of a recording. Raises UsageError where the file cannot be written."""
    from .._report.page import page

    try:
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(page(found))
    except OSError as error:
        raise UsageError(f"cannot write to {file}: {error.strerror}; give another file") from None


def _judge(now: Recording, limit: float | None) -> tuple[bool | None, str]:
    if limit is None:
        return None, ""
    share = now.in_jit
    if share is None:
        return False, f"{headline(now)}, so it is not {limit:g} % at least" + (f"; {now.note}" if now.note else "")
    passed = 100 * share.share >= limit
    return passed, f"{share} of the time in compiled code; {'at least' if passed else 'less than'} {limit:g} %"


def _tell_difference(old: Recording, now: Recording, changes: tuple[Change, ...], out: Console) -> None:
    before = "not known" if old.in_jit is None else str(old.in_jit)
    after = "not known" if now.in_jit is None else str(now.in_jit)
    out.text("")
    for line in wrapped(
        f"in compiled code: {before} before, {after} now: {difference.words(old, now)}", out.width, "  "
    ):
        out.text(line)
    for one in changes:
        color = "red" if one.worse else "green"
        first, *rest = wrapped(f"{one.name}: {one.text}", out.width - 9)
        out.text(f"{out.paint(f'{one.word:<7}', color)}  {first}")
        for line in rest:
            out.text(f"         {line}")
    if not changes:
        out.text("no function changed")
