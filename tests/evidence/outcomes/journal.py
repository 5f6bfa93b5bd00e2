"""A file that tests are recorded in the moment their outcome is known, so that a crash leaves what came before it.

One JSON list per line: ["start", id, seconds] and [outcome, id, detail]. Depends on no name that tests replace.
"""

from os import O_APPEND, O_CREAT, O_WRONLY, close, write
from os import open as open_file


class Journal:
    """A file of JSON lines that is opened for each line: tests close descriptors and count them."""

    def __init__(self, path):
        """Lines go to `path`, an absolute path."""
        from json import JSONEncoder

        self.path = path
        self._encode = JSONEncoder().encode

    def add(self, *line):
        """Append one line."""
        stream = open_file(self.path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        try:
            write(stream, (self._encode(line) + "\n").encode())
        finally:
            close(stream)
