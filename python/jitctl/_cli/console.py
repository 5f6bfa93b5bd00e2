"""What all commands share: the options for output, and where the output goes.

A command that runs a program writes to standard error or to a file, never into the program's output; one that runs none
writes to standard output.
"""

from __future__ import annotations

import contextlib
import os
import sys

from .exits import Exit, UsageError
from .width import terminal_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any, TextIO


def add_output_options(parser: argparse.ArgumentParser, output: str = "write to FILE") -> None:
    """Add ``--json``, ``-q``, ``-o FILE`` and ``--color``, which every command has; `output` is the help of ``-o``."""
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of text")
    parser.add_argument("-q", "--quiet", action="store_true", help="write no text; the exit code tells")
    parser.add_argument("-o", "--output", metavar="FILE", help=output)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")


def add_schema_option(parser: argparse.ArgumentParser, of: str = "--json") -> None:
    """Add ``--schema``, for a command whose JSON has a published shape; `of` is the option that writes that JSON."""
    parser.add_argument("--schema", action="store_true", help=f"write the JSON Schema of {of} instead")


def write_schema(result: type, command: str, number: int) -> int:
    """Write what ``--schema`` asks for to standard output: the schema of `result`, as `command` writes it."""
    from json import dumps

    from .._stats.plain import published_schema

    print(dumps(published_schema(result, command, number), indent=2))
    return Exit.DONE


class Console:
    """Writes what a command has to say, as its options ask."""

    def __init__(self, options: argparse.Namespace, stream: TextIO) -> None:
        """Write to `stream`."""
        self._options = options
        self._stream = stream
        self.colored = _is_colored(options.color, stream)
        self.width = terminal_width()

    def text(self, line: str) -> None:
        """Write a line for people; nothing under ``--json`` and ``-q``."""
        if not self._options.json and not self._options.quiet:
            print(line, file=self._stream, flush=True)

    def data(self, found: dict[str, Any]) -> None:
        """Write the whole result; nothing but under ``--json``."""
        if self._options.json:
            from json import dumps

            print(dumps(found, indent=2), file=self._stream, flush=True)

    def paint(self, text: str, color: str) -> str:
        """Colour a text where colours are wanted: bold, red, green or yellow."""
        return f"\x1b[{_COLORS[color]}m{text}\x1b[0m" if self.colored else text


_COLORS = {"bold": 1, "red": 31, "green": 32, "yellow": 33}


@contextlib.contextmanager
def console(options: argparse.Namespace, stream: TextIO | None = None, to_file: bool = True) -> Iterator[Console]:
    """Open where the output goes: the file of ``-o``, unless `to_file` is false; else `stream`, or standard output."""
    with contextlib.ExitStack() as stack:
        if options.output and to_file:
            try:
                stream = stack.enter_context(open(options.output, "w", encoding="utf-8", errors="backslashreplace"))
            except OSError as error:
                raise UsageError(f"cannot write to {options.output}: {error.strerror}; give another file") from None
        yield Console(options, stream or sys.stdout)


def _is_colored(wish: str, stream: TextIO) -> bool:
    """Say whether to colour: https://no-color.org is heeded unless ``--color=always`` was given."""
    if wish != "auto":
        return wish == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()
