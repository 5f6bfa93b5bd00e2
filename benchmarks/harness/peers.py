"""What a measured process can import: jitctl and pyperf always, CinderX and Numba where they are the peer.

Everything stands in private folders below target/, made by pip or of links. A peer that cannot be had is left out,
with the reason, which the report repeats.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from clean_environment import clean_environment

from harness import ROOT, WORK
from harness.configurations import ENVIRONMENTS, Place

#: peer -> (what pip installs, without what it depends on)
PACKAGES = {"numba": (["numba"], False), "cinderx": (["cinderx"], True)}


class Peers:
    """The folders, made when first asked for."""

    def __init__(self, places: list[Place], wanted: list[str], work: Path = WORK):
        self.work = work
        self.places = places
        #: peer, or peer and interpreter -> why it is not measured there
        self.missing: dict[str, str] = {name: "not asked for" for name in PACKAGES if name not in wanted}
        self.folders: dict[str, Path] = {}
        self.library: Path | None = None
        self.site = self._site()

    def _site(self) -> Path:
        """Make a folder with jitctl and pyperf alone: the rest of what this interpreter has is not for others."""
        site = self.work / "site"
        site.mkdir(parents=True, exist_ok=True)
        for name in ("jitctl", "pyperf"):
            found = importlib.util.find_spec(name)
            if found is None or not found.submodule_search_locations:
                raise SystemExit(
                    f"{name} cannot be imported here; expected it beside this interpreter; next: make bench"
                )
            link = site / name
            if link.is_symlink():
                link.unlink()
            link.symlink_to(Path(found.submodule_search_locations[0]).resolve(), target_is_directory=True)
        return site

    def has(self, peer: str, place: Place) -> bool:
        """Say whether this peer is measured on this interpreter; fetches it if need be."""
        if peer in self.missing or place.implementation != "cpython":
            return False
        if peer == "numba" and place is not self._newest():
            return False
        if peer == "cinderx" and not (place.jit and self._backend()):
            return False
        key = f"{peer} on {place.minor}"
        if key not in self.missing and key not in self.folders:
            folder = self.work / f"{peer}-{place.minor}"
            reason = None if (folder / peer).is_dir() else self._install(place, folder, *PACKAGES[peer])
            if reason:
                self.missing[key] = reason
            else:
                self.folders[key] = folder
        return key in self.folders

    def _newest(self) -> Place:
        return [one for one in self.places if one.implementation == "cpython"][-1]

    def _backend(self) -> bool:
        """Build jitctl's backend for CinderX."""
        if self.library is None and "cinderx" not in self.missing:
            target = self.work / "cinderx-backend"
            command = ["cargo", "build", "--release", "--quiet", "--target-dir", str(target)]
            done = subprocess.run(command, cwd=ROOT / "backends" / "cinderx", capture_output=True, text=True)
            built = list((target / "release").glob("libjitctl_cinderx.*"))
            built = [one for one in built if one.suffix in (".so", ".dylib", ".dll")]
            if done.returncode or not built:
                self.missing["cinderx"] = (
                    f"its backend does not build: {(done.stderr or 'no library').splitlines()[-1]}"
                )
            else:
                self.library = built[0]
        return self.library is not None

    def _install(self, place: Place, folder: Path, packages: list[str], alone: bool) -> str | None:
        """Install wheels for an interpreter, which need not have a pip of its own; return why that failed."""
        pip = self.work / "pip"
        if not (pip / "pip").is_dir() and not _fetch_pip(pip):
            return "no pip here to fetch it with"
        shutil.rmtree(folder, ignore_errors=True)
        options = ["install", "-q", "--only-binary=:all:", "--target", str(folder), *(["--no-deps"] if alone else [])]
        environment = {**_neutral(), "PYTHONPATH": str(pip)}
        command = [place.path, "-m", "pip", *options, *packages]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        return (errors or ["pip failed"])[-1] if done.returncode else None

    def environment(self, name: str, place: Place) -> dict[str, str]:
        """Return all variables of a process in this environment."""
        paths = [self.site, *(folder for key, folder in self.folders.items() if key == f"{name} on {place.minor}")]
        variables = {
            **_neutral(),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONPYCACHEPREFIX": str(self.work / "pycache"),
            "PYTHONHASHSEED": "0",
            **ENVIRONMENTS[name],
        }
        if name == "cinderx":
            variables["JITCTL_BACKEND_PATH"] = str(self.library)
        return variables


def _neutral() -> dict[str, str]:
    """Return the caller's variables without those that bend an interpreter or jitctl."""
    return clean_environment(also=["__PYVENV"])


def _fetch_pip(target: Path) -> bool:
    """Put a new pip into a folder, since an old one does not run on a new interpreter; say whether that worked."""
    for pip in ([sys.executable, "-m", "pip"], ["pip"], ["pip3"]):
        if pip[0] == sys.executable or shutil.which(pip[0]):
            done = subprocess.run([*pip, "install", "-q", "--target", str(target), "pip"], capture_output=True)
            if done.returncode == 0:
                return True
    return False
