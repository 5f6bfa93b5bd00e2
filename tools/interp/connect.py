"""Decides which of the machine's archives to ask, and says plainly when there is none."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from interp.apt import Apt, missing_tool
from interp.errors import OTHER_WAYS, ToolError
from interp.sources import debian_archives, os_release, read_entries

Say = Callable[[str], None]


def require_apt() -> None:
    """Raise where there is no apt."""
    tool = missing_tool()
    if tool is not None:
        raise ToolError(f"{_system()} has no {tool}", "a Debian-like system", OTHER_WAYS)


def connect(apt: Apt, architecture: str, suites: Sequence[str], say: Say, kinds: Sequence[str] = ("deb",)) -> None:
    """Use the first of the machine's Debian archives that answers; a suite it does not carry is left out."""
    archives = debian_archives(read_entries(Path("/etc/apt")), os_release().get("VERSION_CODENAME", ""))
    if not archives:
        raise ToolError("no Debian archive in the apt sources of " + _system(), "Debian's main archive", OTHER_WAYS)
    say("asking apt for {}".format(", ".join(suites)))
    last: ToolError | None = None
    for attempt in [list(suites)] + [[suite] for suite in suites if len(suites) > 1]:
        for archive in archives:
            apt.configure(archive, attempt, architecture, kinds)
            try:
                apt.update()
                return
            except ToolError as error:
                last = last or error
    assert last is not None
    raise last


def library_folder(architecture: str) -> str:
    """Debian's name of the folder for this architecture's libraries, as in usr/lib/<name>."""
    if shutil.which("dpkg-architecture"):
        command = ["dpkg-architecture", "-a", architecture, "-q", "DEB_HOST_MULTIARCH"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    # dpkg-architecture is a developer's tool. Without it: the common machines whose names differ from Debian's.
    special = {
        "amd64": "x86_64-linux-gnu",
        "arm64": "aarch64-linux-gnu",
        "i386": "i386-linux-gnu",
        "armhf": "arm-linux-gnueabihf",
        "ppc64el": "powerpc64le-linux-gnu",
    }
    return special.get(architecture, architecture + "-linux-gnu")


def _system() -> str:
    return os_release().get("PRETTY_NAME", "this system")
