"""Counts where the main thread spends its processor time, by a timer signal, 250 to 1,000 times a second.

A handler in Python runs between two instructions, in the main thread alone. So time spent in a C function counts
for the Python function that called it, and other threads are not seen.
"""

import signal
import time
from collections import Counter
from types import CodeType, FrameType

#: seconds of processor time between two samples
INTERVAL = 0.001


class Sampler:
    """Takes samples between `start` and `stop`; `lines` counts them by code object and line."""

    def __init__(self) -> None:
        """Take none yet."""
        self.lines: Counter[tuple[CodeType, int]] = Counter()
        self.seconds = 0.0
        self._began = 0.0
        self._before: object = None

    @staticmethod
    def is_possible() -> bool:
        """Say whether this system has a timer of processor time."""
        return hasattr(signal, "setitimer")

    def start(self) -> None:
        """Begin. Raises ValueError outside of the main thread, where no handler can be set."""
        self._before = signal.signal(signal.SIGPROF, self._sample)
        self._began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def stop(self) -> None:
        """End, and give the signal back; calling it again does nothing."""
        if self._before is None:
            return
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)  # type: ignore[arg-type]
        self._before = None
        self.seconds = time.process_time() - self._began

    def _sample(self, _: int, frame: FrameType | None) -> None:
        if frame is not None:
            self.lines[frame.f_code, frame.f_lineno or 0] += 1

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return sum(self.lines.values())

    def by_code(self) -> "Counter[CodeType]":
        """Count the samples of each code object."""
        found: Counter[CodeType] = Counter()
        for (code, _), count in self.lines.items():
            found[code] += count
        return found

    def hottest_line(self, code: CodeType) -> int:
        """Return the line of this code with most samples."""
        return max((count, line) for (one, line), count in self.lines.items() if one is code)[1]
