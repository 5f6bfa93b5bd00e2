"""Builds free-threaded CPython from the sources of Debian's packages: the suites carry no such build.

The build needs a C compiler, make, and the headers of OpenSSL, zlib and libffi, all of the machine's own. Debian's
patches are left out: they move files to where Debian wants them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from interp.apt import Apt, architecture
from interp.check import faults
from interp.connect import Say, connect, require_apt
from interp.errors import ToolError
from interp.find import BUILT, built
from interp.lock import alone

VERSIONS = ("3.14", "3.15")
# No tests, no Tk, no profile of itself: it shows what jitctl does there, its speed matters to nobody.
CONFIGURE = ("--disable-gil", "--disable-test-modules", "--without-ensurepip", "--without-static-libpython")
OPTIMISATION = "-DNDEBUG -fwrapv -O1 -Wall"


def build(home: Path, update: bool, versions: Sequence[str], suites: Sequence[str], say: Say) -> list[Path]:
    """Make sure that `home` holds a working free-threaded CPython of each version; returns their programs.

    update: ask apt for newer sources. Raises ToolError where the sources cannot be had, or where what was built does
    not work.
    """
    home.mkdir(parents=True, exist_ok=True)
    with alone(home, say):
        there = {version: [one for one in built(home) if one.name == f"python{version}t"] for version in versions}
        if all(there.values()) and not update:
            return [programs[-1] for programs in there.values()]
        require_apt()
        for tool in ("cc", "make", "tar"):
            if shutil.which(tool) is None:
                raise ToolError(
                    f"this system has no {tool}", "a C compiler and make", "install Debian's build-essential"
                )
        apt = Apt(home / "apt-source")
        connect(apt, architecture(), suites, say, kinds=("deb-src",))
        return [_one(home, apt, version, say) for version in versions]


def _one(home: Path, apt: Apt, version: str, say: Say) -> Path:
    with tempfile.TemporaryDirectory(prefix="new-", dir=home) as name:
        place = Path(name)
        archive = apt.source(f"python{version}", place)
        release = archive.name.partition("_")[2].partition(".orig")[0]
        prefix = home / BUILT / f"python{version}t-{release.partition('+')[0]}"
        program = prefix / "bin" / f"python{version}t"
        if program.exists():
            return program
        say(f"building free-threaded CPython {release}, some minutes on two cores")
        log = home / f"{prefix.name}.log"
        _make(place, archive, prefix, log)
        wrong = faults(str(place / "root" / program.relative_to("/")))
        if wrong:
            raise ToolError(f"the CPython just built {', '.join(wrong)}", "one that works", f"read {log}")
        # From one moment to the next: what stands in this folder is finished.
        prefix.parent.mkdir(exist_ok=True)
        (place / "root" / prefix.relative_to("/")).rename(prefix)
    for older in (one for one in built(home) if one.name == program.name and one != program):
        shutil.rmtree(older.parents[1])
    return program


def _make(place: Path, archive: Path, prefix: Path, log: Path) -> None:
    """Unpack, configure, build and install below `place`/root."""
    source = place / "source"
    source.mkdir()
    # The caller's settings for other builds must not reach this one.
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CFLAGS", "LDFLAGS"))}
    jobs = str(min(os.cpu_count() or 1, 2))
    commands = [
        ["tar", "-xf", str(archive), "--strip-components=1"],
        ["./configure", f"--prefix={prefix}", f"OPT={OPTIMISATION}", *CONFIGURE],
        ["nice", "-n", "19", "make", "-j", jobs],
        ["make", "install", f"DESTDIR={place / 'root'}"],
    ]
    with log.open("wb") as stream:
        for command in commands:
            stream.write((" ".join(command) + "\n").encode())
            stream.flush()
            done = subprocess.run(command, cwd=source, env=env, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
            if done.returncode != 0:
                raise ToolError(f"`{' '.join(command[:2])}` failed", "a build of CPython", f"read the end of {log}")
