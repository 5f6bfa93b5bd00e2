"""One line that says how far long work is, where standard error is a terminal."""

import sys
from shutil import get_terminal_size


class Progress:
    """Shows what is done now; each sentence takes the place of the one before."""

    def __init__(self) -> None:
        """Write to standard error, where that is a terminal."""
        self._shown = sys.stderr.isatty()

    def __call__(self, sentence: str) -> None:
        """Show a sentence, as far as it fits the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K" + sentence[: get_terminal_size().columns - 1])
            sys.stderr.flush()

    def end(self) -> None:
        """Wipe the line."""
        self("")
