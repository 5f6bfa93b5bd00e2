"""Runs whole programs and tells what they cost: processor time of the process and of children that it waited for."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class FailedError(Exception):
    """A program did not end with exit code 0; there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int


def run(command: Sequence[str], environment: Mapping[str, str], limit: float | None = None) -> Cost:
    """Run a command without input, its output thrown away; return what it took.

    limit: seconds of wall-clock time. Raises FailedError, with the last line of standard error, where it failed.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=dict(environment)
        )
        code, used = _wait(child, limit)
        wall = time.perf_counter() - start
        if code:
            errors.seek(0)
            lines = errors.read().decode("utf-8", "replace").strip().splitlines()
            raise FailedError(f"exit code {code}" + (f": {lines[-1]}" if lines else ""))
    return Cost(used[0], wall, used[1])


def _wait(child: "subprocess.Popen[bytes]", limit: float | None) -> tuple[int, tuple[float, int]]:
    """Wait for the child by `os.wait4`, which tells what it used, and no other child of this process."""
    if not hasattr(os, "wait4"):
        before = time.process_time()
        code = child.wait(limit)
        return code, (time.process_time() - before, 0)
    end = None if limit is None else time.monotonic() + limit
    while True:
        pid, status, usage = os.wait4(child.pid, 0 if end is None else os.WNOHANG)
        if pid:
            break
        if end is not None and time.monotonic() > end:
            child.kill()
            os.wait4(child.pid, 0)
            child.returncode = -9
            raise FailedError(f"not finished after {limit:.0f} s")
        time.sleep(0.002)
    child.returncode = os.waitstatus_to_exitcode(status)
    scale = 1 if sys.platform == "darwin" else 1024
    return child.returncode, (usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale)
