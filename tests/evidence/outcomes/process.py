"""Runs one child process with a limit on its time, an environment of its own and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).resolve().parents[3] / "tools"))

from clean_environment import clean_environment

#: how long a child that was told to dump its stacks and end has for it
GRACE_SECONDS = 5
#: what a child may use of memory and of one file, so that a test that runs wild does not take the machine with it
MEMORY_BYTES, FILE_BYTES = 8 << 30, 1 << 30
#: how much of a child's output is kept: its end
OUTPUT_BYTES = 64 << 10


class Ended(NamedTuple):
    """How a child ended: ``how`` is ``ok``, ``exit N``, ``signal NAME`` or ``timeout``."""

    how: str
    seconds: float
    output: str


def neutral(extra: dict[str, str]) -> dict[str, str]:
    """Return this process's environment without what decides how Python and jitctl behave, and with `extra`."""
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONFAULTHANDLER": "1"}
    return clean_environment(**{**fixed, **extra})


def run(command: list[str], env: dict[str, str], limit: float, cwd: Path | None = None) -> Ended:
    """Run a command in a folder of its own for temporary files (and as its own, without `cwd`), niced."""
    place = tempfile.mkdtemp(prefix="jitctl-evidence-")
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            command,
            env={**env, "TMPDIR": place},
            cwd=str(cwd or place),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_quiet,
        )
        try:
            code: int | None = child.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            code = None
            # PYTHONFAULTHANDLER makes it show where it was.
            child.send_signal(signal.SIGABRT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=GRACE_SECONDS)
        finally:
            _end_group(child)
            shutil.rmtree(place, ignore_errors=True)
        output.seek(max(0, output.seek(0, os.SEEK_END) - OUTPUT_BYTES))
        text = output.read().decode("utf-8", "replace")
    return Ended(_how(code), round(time.monotonic() - began, 2), text)


def _quiet() -> None:
    os.nice(10)
    for limit, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, FILE_BYTES)):
        allowed = resource.getrlimit(limit)[1]  # a lower one of the shell that started us stays
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(limit, (most, most))
    # A job in the background is started with Ctrl-C ignored, and tests that send it to themselves would hang.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _how(code: int | None) -> str:
    if code is None:
        return "timeout"
    if code < 0:
        try:
            return "signal " + signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return "ok" if code == 0 else f"exit {code}"


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """End what the child started and left, then the child itself; its group is its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def progress(text: str) -> None:
    """Say what is going on, on standard error."""
    print(text, file=sys.stderr, flush=True)
