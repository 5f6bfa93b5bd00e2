"""Brings interpreters for another kind of machine, and the emulator that runs them: `nox -s aarch64`.

Every program becomes a script of the same name that starts the emulator, so that whatever an interpreter starts by its
own path (environments, tests) is emulated, too. The kernel needs no setting for that.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from interp import stamp
from interp.apt import Apt, architecture
from interp.connect import Say, connect, library_folder
from interp.errors import ToolError
from interp.fetch import VERSIONS, fetch
from interp.lock import alone
from interp.unpack import executables, patchelf_of, relocate, unpack

#: Debian's name of the architecture -> the emulator's
EMULATORS = {"arm64": "qemu-aarch64"}
# The first argument is the name under which the program was called: an environment's python is known by it.
SCRIPT = """#!/bin/sh
exec {emulator} -0 "$0" {program} "$@"
"""


def fetch_foreign(home: Path, machine: str, programs: Sequence[str], suites: Sequence[str], say: Say) -> list[Path]:
    """Make sure that `home`/`machine` holds these programs ("python3.15") for that machine; returns their paths.

    Raises ToolError where packages cannot be had, or where a program does not run.
    """
    native = stamp.read(home) or fetch(home, False, VERSIONS, suites, say)
    emulator = home / EMULATORS[machine]
    place = home / machine
    place.mkdir(exist_ok=True)
    with alone(place, say):
        root = place / "root"
        found = [root / "usr/bin" / name for name in programs]
        if emulator.exists() and all(one.exists() for one in found):
            return found
        if not emulator.exists():
            _emulator(home, emulator, suites, say)
        apt = Apt(place / "apt")
        connect(apt, machine, suites, say)
        names = [name.rstrip("d") + ("-dbg" if name.endswith("d") else "") for name in programs]
        files = apt.resolve(names)
        say(f"downloading {len(files)} packages for {machine}")
        apt.download(names)
        shutil.rmtree(root, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="new-", dir=place) as folder:
            new = Path(folder) / "root"
            unpack([apt.archives / file for file in files], new)
            real = executables(new, programs)
            triple = library_folder(native.architecture)
            relocate(new, root, library_folder(machine), real, patchelf_of(Path(native.root), triple))
            for program in real:
                inside = program.with_name(program.name + ".real")
                program.resolve().rename(inside)
                program.unlink(missing_ok=True)
                there = root / inside.relative_to(new)
                program.write_text(SCRIPT.format(emulator=emulator, program=there), encoding="utf-8")
                program.chmod(0o755)
            new.rename(root)
    for one in found:
        done = subprocess.run([str(one), "-c", "import ssl, ctypes"], capture_output=True, text=True)
        if done.returncode != 0:
            shutil.rmtree(root)
            raise ToolError(f"{one} does not run: {done.stderr.strip()[-200:]}", "an interpreter", "fetch again later")
    return found


def _emulator(home: Path, emulator: Path, suites: Sequence[str], say: Say) -> None:
    apt = Apt(home / "apt")
    connect(apt, architecture(), suites, say)
    say(f"downloading {emulator.name}")
    with tempfile.TemporaryDirectory(prefix="new-", dir=home) as folder:
        apt.fetch_one("qemu-user", Path(folder))
        (package,) = Path(folder).glob("*.deb")
        unpack([package], Path(folder) / "root")
        (Path(folder) / "root/usr/bin" / emulator.name).rename(emulator)
