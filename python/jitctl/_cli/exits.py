"""How a command can end."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of all commands; one that runs a program returns the program's own."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNSUPPORTED = 3


class UsageError(Exception):
    """The command line cannot be carried out as it was given; the text says why, and what to do."""
