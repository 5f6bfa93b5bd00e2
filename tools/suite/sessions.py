"""Runs nox sessions as processes of their own, with a log each. One that prints nothing for long is ended: it hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

#: A session may take as long as it takes on a busy machine. Its longest single test takes some minutes there.
SILENT_SECONDS = 15 * 60
LOOK_SECONDS = 5.0
TAIL_LINES = 80

_running: set[subprocess.Popen[bytes]] = set()
_stopped = threading.Event()


class Outcome(NamedTuple):
    """How a session ended."""

    code: int
    log: str
    seconds: float


def run_session(root: Path, name: str, wheel_built: bool) -> Outcome:
    """Run one session; its output goes to .nox/logs, and its end is shown when it failed."""
    if _stopped.is_set():
        return Outcome(130, "", 0)
    log_file = root / ".nox" / "logs" / (name + ".log")
    log_file.parent.mkdir(parents=True, exist_ok=True)
    env = dict(os.environ, JITCTL_WHEEL="built" if wheel_built else "")
    command = [sys.executable, "-m", "nox", "-s", name]
    say(f"{name} ...")
    start = time.monotonic()
    with log_file.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            command,
            cwd=str(root),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
        _running.add(process)
        try:
            code = _wait(process, log_file)
        except subprocess.TimeoutExpired:
            code = 124
            stream.seek(0, os.SEEK_END)
            stream.write(f"stopped: nothing was printed for {SILENT_SECONDS} seconds\n")
        finally:
            _stop(process)
            _running.discard(process)
    seconds = time.monotonic() - start
    log = log_file.read_text(encoding="utf-8", errors="replace")
    if code != 0:
        tail = "\n".join(log.splitlines()[-TAIL_LINES:])
        say(f"{name} failed after {seconds:.0f} s; the end of {log_file.relative_to(root)}:\n{tail}\n")
    else:
        say(f"{name} passed after {seconds:.0f} s")
    return Outcome(code, log, seconds)


def _wait(process: subprocess.Popen[bytes], log_file: Path) -> int:
    """Wait for its end; one whose log stands still for too long raises TimeoutExpired."""
    size, since = -1, time.monotonic()
    while True:
        try:
            return process.wait(timeout=LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            now = log_file.stat().st_size
            if now != size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > SILENT_SECONDS:
                raise


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the session's own process group if it still runs, so that nothing outlives it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def stop_all() -> None:
    """End what runs and start nothing more: sessions have process groups of their own and do not see Ctrl-C."""
    _stopped.set()
    for process in list(_running):
        _stop(process)


def say(text: str) -> None:
    """Tell the user now, also where the output goes to a file."""
    print(text, flush=True)
