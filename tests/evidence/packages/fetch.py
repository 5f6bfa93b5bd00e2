"""Fetches the packages, with their tests, into a private folder: their source archives, and what these need to run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

from package import WORK

HERE = Path(__file__).resolve().parent
HOME = WORK / "packages"
#: what builds the packages' metadata, installed once and not anew for each package
BUILDERS = ("setuptools", "wheel", "flit_core", "hatchling", "hatch-vcs", "hatch-fancy-pypi-readme", "poetry-core")
#: what their tests import; no hypothesis, which is compiled for one version of Python
NEEDED = ("pytest", "pretend", "mdurl")


class Package(NamedTuple):
    """A package: what is asked for, and the version and folder that were found.

    `backends`: with which it is tried; `needs`: what its tests import and others' must not find; `adds`: files that its
    archive forgets; `environment`: variables of its tests.
    """

    name: str
    imports: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...]
    backends: tuple[str, ...]
    needs: tuple[str, ...]
    adds: dict[str, str]
    environment: dict[str, str]
    version: str = ""
    source: Path = Path()


def asked() -> list[Package]:
    """Read which packages there are to be, in packages.json."""
    entries = json.loads((HERE / "packages.json").read_text("utf-8"))
    keys = ("imports", "tests", "without", "for", "needs")
    return [
        Package(e["name"], *(tuple(e[key]) for key in keys), e.get("adds", {}), e.get("environment", {}))
        for e in entries
    ]


def fetched(wanted: list[Package], update: bool) -> tuple[list[Package], Path]:
    """Return the packages with their sources, and the folder with all that was installed; fetch what is missing."""
    archives, site, tools = HOME / "sdists", HOME / "site", HOME / "tools"
    found = {one.name: _archive(archives, one.name) for one in wanted}
    missing = [one.name for one in wanted if update or found[one.name] is None]
    if missing or not (tools / "setuptools").is_dir():
        _pip({}, "install", "--upgrade", "--target", str(tools), *BUILDERS)
    env = {"PYTHONPATH": str(tools)}
    source = ("--no-deps", "--no-build-isolation")
    if missing:
        _pip(env, "download", *source, "--no-binary", ":all:", "--dest", str(archives), *missing)
    made = []
    (HOME / "src").mkdir(exist_ok=True)
    # A package without settings of its own for pytest must not get ours.
    (HOME / "src" / "pytest.ini").write_text("[pytest]\n", "utf-8")
    for one in wanted:
        archive = _archive(archives, one.name)
        if archive is None:
            raise SystemExit(f"{one.name}: no source archive in {archives}; expected one; next: see pip's message")
        folder = HOME / "src" / archive.name[: -len(".tar.gz")]
        if not folder.is_dir():
            with tarfile.open(archive) as tar:
                # Python 3.12 and the newest of older ones know the filter, and 3.14 has it anyway.
                tar.extractall(HOME / "src", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
        for name, text in one.adds.items():
            (folder / name).write_text(text, "utf-8")
        made.append(one._replace(version=folder.name.rpartition("-")[2], source=folder))
    mark = site / "jitctl-evidence.json"
    have = json.loads(mark.read_text("utf-8")) if mark.exists() else []
    lacking = [one for one in made if f"{one.name}=={one.version}" not in have]
    if lacking:
        _pip({}, "install", "--upgrade", "--target", str(site), *NEEDED)
        _pip(env, "install", "--upgrade", *source, "--target", str(site), *(str(one.source) for one in lacking))
        kept = [one for one in have if one.partition("==")[0] not in {new.name for new in lacking}]
        mark.write_text(json.dumps([*kept, *(f"{one.name}=={one.version}" for one in lacking)]), "utf-8")
    for one in made:
        if one.needs and not needed(one).is_dir():
            _pip({}, "install", "--target", str(needed(one)), *one.needs)
    return made, site


def needed(one: Package) -> Path:
    """Return the folder with what only this package's tests import."""
    return HOME / "needed" / one.name


def _archive(folder: Path, name: str) -> Path | None:
    """Return the newest source archive of a package."""
    stem = name.replace("-", "_")
    found = [p for s in {name, stem} for p in folder.glob(f"{s}-[0-9]*.tar.gz")]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _pip(env: dict[str, str], *arguments: str) -> None:
    options = ("--quiet", "--disable-pip-version-check", "--no-input")
    command = [sys.executable, "-m", "pip", arguments[0], *options, *arguments[1:]]
    if subprocess.run(command, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore", **env}).returncode:
        raise SystemExit(f"pip {arguments[0]} failed; expected {', '.join(arguments[-3:])}; next: see its message")
