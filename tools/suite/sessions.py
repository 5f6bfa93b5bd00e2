"""Runs nox sessions as processes of their own, with a log each and a limit on their time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

LIMIT_SECONDS = 25 * 60
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
            code = process.wait(timeout=LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            code = 124
            stream.write(f"stopped after {LIMIT_SECONDS} seconds\n")
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
