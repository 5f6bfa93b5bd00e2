"""How a command can end."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Exit:
    """The exit codes of all commands; one that runs a program returns the program's own.

    Plain numbers: a program under `jitctl run` would wait for the import of `enum`.
    """

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNSUPPORTED = 3


class UsageError(Exception):
    """The command line cannot be carried out as it was given; the text says why, and what to do."""


class Ending:
    """Notes with which exit code a program ends, for what is told after it."""

    code = 0

    def of(self, program: Callable[[], int]) -> int:
        """Run it. What it raises goes on; that of SystemExit is its exit code, or 1 for a text."""
        try:
            self.code = program()
        except SystemExit as error:
            self.code = error.code if isinstance(error.code, int) else int(error.code is not None)
            raise
        except KeyboardInterrupt:
            self.code = 130
            raise
        return self.code
