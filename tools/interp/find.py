"""Finds the interpreters there are: those that were fetched and those the machine already has."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from interp import stamp
from interp.probe import Interpreter, probe

OLDEST = (3, 10)
PROGRAM = re.compile(r"^(python3?|python3\.\d+t?d?|pypy3?|pypy3\.\d+|graalpy)(\.exe)?$")
#: where what was built from sources stands: FOLDER/python3.14t-3.14.10/bin/python3.14t
BUILT = "built"


def find_interpreters(home: Path, one_each: bool = False) -> list[Interpreter]:
    """Return all interpreters found; with `one_each` only the first of each name.

    Fetched ones come before the machine's own, and names are made unique.
    """
    places = list(_fetched(home)) + list(_managed()) + list(_on_path())
    with ThreadPoolExecutor(max_workers=4) as pool:
        probed = list(pool.map(lambda place: probe(*place), places))
    found: list[Interpreter] = []
    seen: set[str] = set()
    names: dict[str, int] = {}
    for one in probed:
        # Shims, links and virtual environments all lead to a real program, which is listed once.
        if one is None or one.path in seen or not _wanted(one):
            continue
        seen.add(one.path)
        names[one.name] = names.get(one.name, 0) + 1
        if names[one.name] == 1:
            found.append(one)
        elif not one_each:
            found.append(one._replace(name=f"{one.name}-{names[one.name]}"))
    return sorted(found, key=_order)


def _wanted(one: Interpreter) -> bool:
    return one.implementation != "cpython" or tuple(map(int, one.minor.split("."))) >= OLDEST


def _order(one: Interpreter) -> tuple[bool, list[int], bool, bool, str]:
    version = [int(part) for part in one.minor.split(".")]
    return (one.implementation != "cpython", version, one.free_threaded, one.debug, one.name)


def _fetched(home: Path) -> Iterator[tuple[str, str]]:
    made = stamp.read(home)
    for program in made.programs if made else []:
        yield str(home / "root" / program), "fetched"
    for finished in built(home):
        yield str(finished), "built"


def built(home: Path) -> list[Path]:
    """Return the programs that were built from sources and are finished."""
    programs = [one / "bin" / one.name.partition("-")[0] for one in sorted((home / BUILT).glob("python3.*t-*"))]
    return [one for one in programs if one.is_file()]


def _managed() -> Iterator[tuple[str, str]]:
    """Programs in the folders of version managers and installers that need not be on PATH."""
    user = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT") or user / ".pyenv") / "versions"
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or user / ".local/share/uv/python")
    frameworks = Path("/Library/Frameworks")
    for folder, pattern, origin in (
        (pyenv, "*/bin", "pyenv"),
        (uv, "*/bin", "uv"),
        (uv, "*", "uv"),  # Windows
        (frameworks, "Python*.framework/Versions/*/bin", "python.org"),
    ):
        for programs in sorted(folder.glob(pattern)) if folder.is_dir() else []:
            for program in _programs(programs) if programs.is_dir() else []:
                yield program, origin


def _on_path() -> Iterator[tuple[str, str]]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and Path(folder).is_dir():
            for program in _programs(Path(folder)):
                yield program, "PATH"


def _programs(folder: Path) -> list[str]:
    """Programs in a folder that may be interpreters, each real file once, the most exact name first."""
    chosen: dict[str, Path] = {}
    names = sorted((p for p in folder.iterdir() if PROGRAM.match(p.name)), key=lambda p: (-len(p.name), p.name))
    for program in names:
        if os.access(str(program), os.X_OK):
            # A version manager's shims are equal scripts that look at their name, so scripts are all tried.
            chosen.setdefault(str(program) if _is_script(program) else os.path.realpath(str(program)), program)
    return [str(program) for program in chosen.values()]


def _is_script(program: Path) -> bool:
    try:
        with program.open("rb") as stream:
            return stream.read(2) == b"#!"
    except OSError:
        return False
