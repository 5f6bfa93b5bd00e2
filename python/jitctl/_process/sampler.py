"""Counts where the process spends its processor time, by a timer signal.

The extension does it where it can: in all threads, and it sees compiled code. Elsewhere a handler in Python does. That
one runs between two instructions, in the main thread alone, so it sees no other threads and no compiled code. With
both, time spent in C counts for the Python function that called it.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter, namedtuple
from contextlib import suppress
from types import CodeType

from .._router import backend as _backend
from .guard import Guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Literal

#: seconds of processor time between two samples; most systems take 250 a second at most
INTERVAL = 0.001
#: the name of the signal; not every system has it
_SIGNAL: signal.Signals | None = getattr(signal, "SIGPROF", None)


# Not of `typing`, which takes as long to import as all of this package.
class Gone(namedtuple("_Gone", ("co_qualname", "co_filename", "co_firstlineno"))):
    """What is known of a code object that died before it could be told: two texts and a number."""

    __slots__ = ()

    @property
    def co_name(self) -> str:
        """The last part of the name."""
        name: str = self.co_qualname.rpartition(".")[2]
        return name


class Line(namedtuple("_Line", ("code", "line", "compiled"))):
    """A line of a code object (or of one that is `Gone`), by its number.

    ``compiled`` is whether compiled code ran it, or None where that cannot be told.
    """

    __slots__ = ()


class Sampler:
    """Takes samples between `start` and `stop`.

    ``lines`` counts them by line; ``outside`` counts those of threads that ran no Python, ``lost`` those for which
    there was no room. ``method`` is how they are taken; ``note`` says what could not be seen, and why. ``timeline``
    counts samples, and those of them in compiled code, in stretches of ``bin_seconds``; ``first`` is when each code
    object was first seen in compiled code, in seconds since the start.
    """

    def __init__(self) -> None:
        """Take none yet."""
        self.lines: Counter[Line] = Counter()
        self.outside = self.lost = 0
        self.method: Literal["extension", "python", "none"] = "none"
        self.note = ""
        self.blind = False
        self.seconds = self.wall_seconds = 0.0
        self.timeline: list[tuple[int, int]] = []
        self.bin_seconds = 0.05
        self.first: dict[CodeType | Gone, float] = {}
        self._process = 0
        self._began = (0.0, 0.0)
        self._before: Any = None
        self._guard = Guard(self._give_way)

    def start(self) -> None:
        """Begin, as well as it can be done here: `method` and `note` say how."""
        reason: str | None = _backend.sampling_start(int(INTERVAL * 1e9))
        if reason is None:
            self.method = "extension"
        elif not hasattr(signal, "setitimer") or _SIGNAL is None:
            self.note = f"no samples: {reason}, and this system has no timer of processor time"
        elif signal.getsignal(_SIGNAL) != signal.SIG_DFL or signal.getitimer(signal.ITIMER_PROF)[0]:
            self.note = "no samples: the program uses SIGPROF or ITIMER_PROF"
        else:
            self.method = "python"
            self.note = f"only the main thread was sampled, and compiled code could not be told: {reason}"
            self._before = signal.signal(_SIGNAL, self._sample)
            signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        if self.method != "none":
            self._guard.install(timer=self.method == "python")
        self._process = os.getpid()
        self._began = time.process_time(), time.perf_counter()

    def stop(self) -> None:
        """End, and give the signal back; calling it again does nothing."""
        if not self._process:
            return
        self._guard.remove()
        self._end()
        self.seconds, self.wall_seconds = (
            now - then for now, then in zip((time.process_time(), time.perf_counter()), self._began, strict=True)
        )
        self._process = 0

    def _end(self) -> None:
        """Take no more samples, and count those that were taken."""
        if self._before is not None and _SIGNAL is not None:
            if os.getpid() == self._process:
                signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(_SIGNAL, self._before)
            self._before = None
        if self.method == "extension":
            found = _backend.sampling_stop()
            if found is not None:
                self._take(found)

    def _give_way(self, what: str) -> None:
        """End since the program wants the signal, the timer, or another program in its place."""
        if os.getpid() == self._process:
            self._end()
            after = time.perf_counter() - self._began[1]
            self.note = "; ".join(filter(None, [self.note, f"the samples end after {after:.2f} s: {what}"]))

    def _take(self, found: dict[str, Any]) -> None:
        self.outside, self.lost = found["outside"], found["lost"]
        self.bin_seconds, self.timeline = found["bin_ns"] / 1e9, found["timeline"]
        blind = found["blind"]
        notes = [] if blind is None else [f"compiled code of CPython's JIT could not be told: {blind}"]
        notes += [] if found["all_threads"] else ["only the main thread was sampled: for others Linux 6.4 is needed"]
        self.note = "; ".join(notes)
        self.blind = blind is not None
        for code, line in found["living"]:
            self._count(code, *line)
        for qualname, file, first_line, line in found["gone"]:
            self._count(Gone(qualname, file, first_line), *line)

    def _count(self, code: CodeType | Gone, line: int, compiled: bool, count: int, first: int) -> None:
        told = True if compiled else None if self.blind else False
        self.lines[Line(code, line if line > 0 else code.co_firstlineno, told)] += count
        if compiled:
            self.first[code] = min(first / 1e9, self.first.get(code, first / 1e9))

    def _sample(self, _: int, frame: FrameType | None) -> None:
        # PyPy may leave the argument unset, neither a frame nor None, where the signal comes between two frames.
        with suppress(UnboundLocalError):
            if frame is not None:
                self.lines[Line(frame.f_code, frame.f_lineno or 0, None)] += 1

    @property
    def samples(self) -> int:
        """How many samples there are of Python code."""
        return sum(self.lines.values())

    @property
    def sees_compiled(self) -> bool:
        """Whether it can be told what runs compiled."""
        return self.method == "extension" and not self.blind

    def by_code(self) -> Counter[CodeType | Gone]:
        """Count the samples of each code object."""
        found: Counter[CodeType | Gone] = Counter()
        for one, count in self.lines.items():
            found[one.code] += count
        return found

    def lines_of(self) -> dict[CodeType | Gone, dict[int, tuple[int, int]]]:
        """Give for each code object its lines with their samples, and how many of them were in compiled code."""
        found: dict[CodeType | Gone, dict[int, tuple[int, int]]] = {}
        for one, count in self.lines.items():
            lines = found.setdefault(one.code, {})
            all_of_them, compiled = lines.get(one.line, (0, 0))
            lines[one.line] = (all_of_them + count, compiled + count * bool(one.compiled))
        return found
