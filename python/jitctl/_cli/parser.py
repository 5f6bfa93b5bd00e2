"""The parser of the command line: made of the commands' own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from .._version import __version__
from .exits import Exit
from .width import terminal_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: the commands, in the order in which ``--help`` lists them; with the modules of this folder that carry them out
COMMANDS = {
    "doctor": "doctor",
    "find": "find",
    "tune": "tune",
    "try": "try_",
    "run": "run",
    "report": "report",
    "check": "check",
    "explain": "explain",
    "backends": "backends",
}


class _Parser(argparse.ArgumentParser):
    """Tells its formatter how wide the terminal is: that looks it up with a module that takes 10 ms to import."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_formatter, **settings)


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=max(terminal_width() - 2, 20))


def parser_of(called: str, arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Make the parser of the command line, with the options of the command that is meant, or of all."""
    parser = _Parser(
        prog=called,
        description="Per-function control over the JIT of this interpreter.",
        epilog="Exit codes: 0 done, 1 the check failed, 2 wrong usage, 3 this interpreter cannot.",
    )
    parser.add_argument("--version", action="version", version=f"jitctl {__version__}")
    parser.set_defaults(run=lambda _: _help(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog=called)
    # A program under `run` waits for what is imported here, so only the command that is meant is.
    for name in [one for one in COMMANDS if list(arguments[:1]) == [one]] or COMMANDS:
        import_module(f".{COMMANDS[name]}", __package__).add_parser(commands)
    return parser


def _help(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return Exit.DONE
