"""The command line: ``jitctl COMMAND`` or ``python -m jitctl COMMAND``.

Each command is a module of this folder with two functions: ``add_parser(commands)`` adds its parser and sets ``run`` as
its default, ``run(options)`` does the work and returns the exit code. A new command is one module and one name in
`COMMANDS`. `console` has what they share: exit codes, the options for output, and where that goes.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .._version import __version__
from .console import Exit, UsageError

#: the commands, in the order in which ``--help`` lists them; each is a module of this folder
COMMANDS = ("doctor", "run", "check", "backends")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit code; wrong usage leaves with 2."""
    _print_anything()
    options = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_called(),
        description="Per-function control over the JIT of this interpreter.",
        epilog="Exit codes: 0 done, 1 the check failed, 2 wrong usage, 3 this interpreter cannot.",
    )
    parser.add_argument("--version", action="version", version=f"jitctl {__version__}")
    parser.set_defaults(run=lambda _: _help(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in COMMANDS:
        import_module(f".{name}", __name__).add_parser(commands)
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
