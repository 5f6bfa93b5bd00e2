"""The command line: ``jitctl COMMAND`` or ``python -m jitctl COMMAND``.

Each command is a module of this folder with two functions: ``add_parser(commands)`` adds its parser and sets ``run`` as
its default, ``run(options)`` does the work and returns the exit code. A new command is one module and one name in
`parser.COMMANDS`. They share `exits` (how a command can end) and `console` (the options for output, and where it goes).
"""

from __future__ import annotations

import os
import sys

from .exits import Exit, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit code; wrong usage leaves with 2."""
    _print_anything()
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _plain_run(arguments) or _parsed(arguments)
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


def _plain_run(arguments: Sequence[str]) -> Any:
    """Return the options of the usual `jitctl run`, whose program would wait for `argparse`; else None."""
    if list(arguments[:1]) != ["run"]:
        return None
    from .run import plain

    return plain(arguments[1:])


def _parsed(arguments: Sequence[str]) -> Any:
    from .parser import parser_of

    return parser_of(_called(), arguments).parse_args(arguments)


def _called() -> str:
    """Return how the user called it: by the script that pip installs, or as a module."""
    name = os.path.basename(sys.argv[0]) if sys.argv else ""
    return "jitctl" if name in ("jitctl", "jitctl.exe") else "python -m jitctl"


def _print_anything() -> None:
    """Write what the terminal's encoding lacks as escapes: paths and names can hold anything."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
