"""apt with a configuration, state and cache of its own: it reads the machine's settings and changes nothing there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from interp.errors import OTHER_WAYS, ToolError
from interp.sources import Entry, keyring

# Debian's moving suites: 3.15 and the free-threaded builds reach sid first, forky fills in what sid has dropped.
SUITES = ("sid", "forky")


class Apt:
    """Answers what the suites carry and downloads packages with all they depend on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.archives = home / "cache" / "archives"

    def configure(
        self, entry: Entry, suites: Sequence[str], architecture: str, kinds: Sequence[str] = ("deb",)
    ) -> None:
        """Write the private configuration for one archive; kinds: "deb" for programs, "deb-src" for sources."""
        for folder in (
            "state/lists/partial",
            "cache/archives/partial",
            "none/partial",
            "etc/apt.conf.d",
            "etc/preferences.d",
        ):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        # An empty status file: every dependency is resolved as if on a machine with nothing installed.
        (self.home / "state/status").write_text("", encoding="utf-8")
        key = keyring(entry)
        option = f"[signed-by={key}] " if key else ""
        lines = [f"{kind} {option}{entry.uri} {suite} main\n" for suite in suites for kind in kinds]
        (self.home / "etc/sources.list").write_text("".join(lines), encoding="utf-8")
        settings = {
            "Dir::State": self.home / "state",
            "Dir::State::status": self.home / "state/status",
            "Dir::Cache": self.home / "cache",
            "Dir::Etc::sourcelist": self.home / "etc/sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            # The machine's own parts may hold hooks that clean or refresh system folders, so they are not read.
            "Dir::Etc::parts": self.home / "etc/apt.conf.d",
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": self.home / "etc/preferences.d",
            # Only this machine's own architecture, even where others are set up for it.
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "Acquire::Languages": "none",
            "APT::Install-Recommends": "false",
        }
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # apt's download user may not be allowed to write into the project's folder.
            settings["APT::Sandbox::User"] = "root"
        text = network_settings(_output(["apt-config", "dump"]))
        text += "".join(f'{name} "{value}";\n' for name, value in settings.items())
        (self.home / "apt.conf").write_text(text, encoding="utf-8")

    def update(self) -> None:
        """Fetch the package lists; raises when the archive cannot be used."""
        self._run(["apt-get", "-qq", "--error-on=any", "update"], "package lists of the suites")

    def present(self, names: Sequence[str]) -> set[str]:
        """Return those of the named packages that the suites really carry."""
        command = ["apt-cache", "show", "--no-all-versions", *names]
        done = subprocess.run(command, env=self._env(), capture_output=True, text=True)
        return set(re.findall(r"^Package: (\S+)$", done.stdout, re.MULTILINE))

    def resolve(self, names: Sequence[str]) -> list[str]:
        """Return the file names of the packages and of everything they depend on."""
        # apt leaves out what it has downloaded already, so it is shown an empty archive folder.
        fresh = "Dir::Cache::archives={}".format(self.home / "none")
        command = ["apt-get", "-qq", "-o", fresh, "--print-uris", "install", *names]
        text = self._run(command, "installable packages")
        return re.findall(r"^'[^']+' (\S+\.deb) \d+", text, re.MULTILINE)

    def download(self, names: Sequence[str]) -> None:
        """Bring the packages and their dependencies into the private archive folder."""
        self._run(["apt-get", "-qq", "-y", "--download-only", "install", *names], "downloaded packages")

    def fetch_one(self, name: str, folder: Path) -> None:
        """Bring the file of this package, and of nothing that it depends on, into the folder."""
        self._run(["apt-get", "-qq", "download", name], "the package " + name, folder)

    def source(self, name: str, folder: Path) -> Path:
        """Bring the sources of a package, as their authors publish them, into the folder; apt checks the signature."""
        self._run(["apt-get", "-qq", "--download-only", "source", name], "the sources of " + name, folder)
        return next(folder.glob("*.orig.tar.*[!c]"))  # not the .asc beside it

    def _env(self) -> dict[str, str]:
        return {**os.environ, "APT_CONFIG": str(self.home / "apt.conf"), "LC_ALL": "C"}

    def _run(self, command: list[str], expected: str, folder: Path | None = None) -> str:
        done = subprocess.run(command, env=self._env(), cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if line.startswith("E:")] or done.stderr.splitlines()[-1:]
            found = "`{}` failed: {}".format(" ".join(command[:4]), " / ".join(said) or "it said nothing")
            raise ToolError(found, expected, "check the network and the apt sources of this machine, or " + OTHER_WAYS)
        return done.stdout


def network_settings(dump: str) -> str:
    """Return the lines of `apt-config dump` that say how to reach a mirror (proxy, timeouts), no extra indexes."""
    keep = [s for s in dump.splitlines() if s.startswith("Acquire::") and not s.startswith("Acquire::IndexTargets")]
    return "".join(line + "\n" for line in keep if not line.startswith("Acquire::Languages"))


def missing_tool() -> str | None:
    """Return the first of the needed commands that this system does not have."""
    for tool in ("apt-get", "apt-cache", "apt-config", "dpkg", "dpkg-deb"):
        if shutil.which(tool) is None:
            return tool
    return None


def architecture() -> str:
    """Debian's name of this machine's architecture."""
    return _output(["dpkg", "--print-architecture"]).strip()


def _output(command: list[str]) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
