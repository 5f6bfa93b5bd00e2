"""The command line: ``jitctl COMMAND`` or ``python -m jitctl COMMAND``.

Each command is a module of this folder with two functions: ``add_parser(commands)`` adds its parser and sets ``run`` as
its default, ``run(options)`` does the work and returns the exit code. A new command is one module and one name in
`COMMANDS`. They share `exits` (how a command can end) and `console` (the options for output, and where that goes).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .._version import __version__
from .exits import Exit, UsageError
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit code; wrong usage leaves with 2."""
    _print_anything()
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(arguments).parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except UsageError as error:
        print(f"{_called()}: {error}", file=sys.stderr)
        return Exit.USAGE
    except BrokenPipeError:  # whoever read the output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    return code


class _Parser(argparse.ArgumentParser):
    """Tells its formatter how wide the terminal is: that looks it up with a module that takes 10 ms to import."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_formatter, **settings)


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=max(terminal_width() - 2, 20))


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_called(),
        description="Per-function control over the JIT of this interpreter.",
        epilog="Exit codes: 0 done, 1 the check failed, 2 wrong usage, 3 this interpreter cannot.",
    )
    parser.add_argument("--version", action="version", version=f"jitctl {__version__}")
    parser.set_defaults(run=lambda _: _help(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog=_called())
    # A program under `run` waits for what is imported here, so only the command that is meant is.
    for name in [one for one in COMMANDS if list(arguments[:1]) == [one]] or COMMANDS:
        import_module(f".{COMMANDS[name]}", __name__).add_parser(commands)
    return parser


def _help(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return Exit.DONE


def _called() -> str:
    """Return how the user called it: by the script that pip installs, or as a module."""
    name = os.path.basename(sys.argv[0]) if sys.argv else ""
    return "jitctl" if name in ("jitctl", "jitctl.exe") else "python -m jitctl"


def _print_anything() -> None:
    """Write what the terminal's encoding lacks as escapes: paths and names can hold anything."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
