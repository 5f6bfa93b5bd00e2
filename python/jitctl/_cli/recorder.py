"""Records the program that ``jitctl run`` runs: started before it, written after everything that it does at its end."""

import atexit
import datetime
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

from .._process.sampler import Sampler
from .._report.recording import SCHEMA, Recording
from .._report.taking import record
from .console import write_schema
from .exits import Ending, UsageError
from .report import write_page


def print_schema() -> int:
    """Write the JSON Schema of a recording."""
    return write_schema(Recording, "jitctl run --record", SCHEMA)


class Recorder:
    """Takes samples, and writes the recording, its page or both at the end of the process."""

    def __init__(self, command: Sequence[str], file: str | None, page: str | None) -> None:
        """Note where to. Raises UsageError where a file cannot be written: better now than after the run."""
        self._command = command
        self._file, self._page = (os.path.abspath(one) if one else None for one in (file, page))
        for one in filter(None, (self._file, self._page)):
            if not os.access(os.path.dirname(one), os.W_OK) or os.path.isdir(one):
                raise UsageError(f"cannot write to {one}; give a file in a folder that can be written to")
        self._began = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        self._sampler = Sampler()
        self._process = 0
        self._ending = Ending()
        self._main: ModuleType | None = None

    def start(self, main: ModuleType) -> None:
        """Begin; `main` is held until the end, and with it the program's functions."""
        self._main, self._process = main, os.getpid()
        atexit.register(self._write)
        self._sampler.start()

    def follow(self, program: Callable[[], int]) -> int:
        """Run the program, and note its exit code."""
        return self._ending.of(program)

    def _write(self) -> None:
        self._sampler.stop()
        if os.getpid() != self._process:
            return  # a forked child
        found = record(self._sampler, self._command, self._began, self._ending.code)
        try:
            if self._file:
                with open(self._file, "w", encoding="utf-8") as opened:
                    opened.write(found.to_json())
            if self._page:
                write_page(found, self._page)
        except (OSError, UsageError) as error:
            print(f"jitctl: the recording is lost: {error}", file=sys.stderr)
