"""Compiles the standard library of fetched interpreters, which Debian's packages do when they are installed.

Tests start thousands of processes that write no bytecode. Each would compile what it imports: on a debug build
`import json, subprocess, threading` took 0.74 s of processor time without stored bytecode, and 0.16 s with it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from clean_environment import clean_environment

from interp.connect import Say

#: inside the folder of the interpreters, so that it goes with them
MARK = "library-compiled"
#: CPython's own tests are run by few, and some of their files are meant not to compile
LEFT_OUT = ("test", "tests", "idlelib", "lib2to3", "turtledemo")
WHERE = "import sysconfig; print(sysconfig.get_path('stdlib'))"


def compile_libraries(root: Path, programs: Sequence[str], say: Say) -> None:
    """Make sure that each program below `root` finds its library compiled. A failure costs time only, and is said."""
    if (root / MARK).exists():
        return
    say("compiling the standard libraries")
    failed = [program for program in programs if not compiled(str(root / program))]
    for program in failed:
        say(f"{program}: parts of its library were not compiled; its processes start slower, else nothing changes")
    if not failed:
        (root / MARK).touch()


def compiled(program: str) -> bool:
    """Compile the library of one interpreter; builds of one version share the files, and find them done."""
    env = clean_environment(also=["__PYVENV"])
    asked = subprocess.run([program, "-I", "-S", "-B", "-c", WHERE], env=env, capture_output=True, text=True)
    if asked.returncode != 0:
        return False
    folder = asked.stdout.strip()
    left_out = rf"^{re.escape(folder)}/(.*/)?({'|'.join(LEFT_OUT)})/"
    command = [program, "-I", "-m", "compileall", "-q", "-q", "-j", "0", "-x", left_out, folder]
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL).returncode == 0
