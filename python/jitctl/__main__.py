"""The command line: ``python -m jitctl``."""

import argparse
import io
import sys

from ._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m jitctl", description="Per-function control over the JIT of this interpreter."
    )
    parser.add_argument("--version", action="version", version=f"jitctl {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    doctor = commands.add_parser(
        "doctor",
        help="say whether a JIT is built, whether it is on, and which backend is used and why",
        description="Say what jitctl can do on this interpreter, and why. Changes nothing.",
    )
    doctor.add_argument("--json", action="store_true", help="the same as JSON")
    backends = commands.add_parser("backends", help="list the backends there are, or check one")
    actions = backends.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help="list every backend found, with versions, ranges, hints and reasons",
        description="List our own backends, those on JITCTL_BACKEND_PATH and those of installed packages.",
    )
    listing.add_argument("--json", action="store_true", help="the same as JSON")
    check = actions.add_parser(
        "check",
        help="check whether a backend's library keeps the contract",
        description="Run a backend through the contract, in processes of its own. Exit code 0: it keeps it; 1: not.",
    )
    check.add_argument("path", metavar="PATH", help="the backend's shared library")
    check.add_argument("--json", action="store_true", help="the same as JSON")
    return parser


def main(arguments: "Optional[Sequence[str]]" = None) -> int:
    """Run the command line; returns 0, and leaves with 2 when it was called wrongly."""
    # Names and paths may hold what is not Unicode; to show them escaped is better than to fail.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command is None:
        parser.print_help()
        return 0
    if chosen.command == "backends":
        from . import _backends

        if chosen.action == "list":
            return _backends.show_list(chosen.json)
        return _backends.show_check(chosen.path, chosen.json)
    from . import _doctor

    found = _doctor.diagnosis()
    if chosen.json:
        import json

        print(json.dumps(found, indent=2))
    else:
        print(_doctor.text(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
