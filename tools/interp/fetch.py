"""Brings interpreters from Debian's newer suites into a folder of the project, all or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from interp import stamp
from interp.apt import Apt, architecture
from interp.check import JIT_SINCE, sort_out
from interp.connect import Say, connect, library_folder, require_apt
from interp.errors import ToolError
from interp.library import compile_libraries
from interp.lock import alone
from interp.unpack import executables, relocate, unpack

VERSIONS = ("3.13", "3.14", "3.15")


class Plan(NamedTuple):
    """What apt can bring: packages to ask for per program, all files that takes, and what is not to be had."""

    groups: dict[str, list[str]]
    files: list[str]
    missing: list[str]


def wanted(versions: Sequence[str]) -> dict[str, list[str]]:
    """Program -> its packages: the first brings the program, the others are taken where the suites carry them."""
    table: dict[str, list[str]] = {}
    for v in versions:
        lib = "libpython" + v
        table["python" + v] = ["python" + v, lib + "-dev", lib + "-testsuite"]
        if tuple(map(int, v.split("."))) >= JIT_SINCE:
            table["python" + v + "d"] = ["python" + v + "-dbg", lib + "-dbg"]
        # Only to see that we decline it. Debian has no free-threaded build so far; Ubuntu gave it this name.
        table["python" + v + "t"] = ["python" + v + "-nogil"]
    table["pypy3"] = ["pypy3", "pypy3-lib", "pypy3-dev"]
    return table


def fetch(home: Path, update: bool, versions: Sequence[str], suites: Sequence[str], say: Say) -> stamp.Stamp:
    """Make sure that `home` holds working interpreters; asks apt only when it has to."""
    require_apt()
    home.mkdir(parents=True, exist_ok=True)
    asked = [*versions, *suites]
    with alone(home, say):
        made = _fetched(home, update, versions, suites, asked, say)
        compile_libraries(home / "root", made.programs, say)
        return made


def _fetched(
    home: Path, update: bool, versions: Sequence[str], suites: Sequence[str], asked: list[str], say: Say
) -> stamp.Stamp:
    made, machine = stamp.read(home), architecture()
    if made is not None and not update and stamp.holds(made, home / "root", machine, asked):
        return made
    apt = Apt(home / "apt")
    connect(apt, machine, suites, say)
    plan = _plan(apt, versions)
    same = made is not None and stamp.holds(made, home / "root", machine, asked, plan.files)
    if made is not None and same and not made.broken:
        say("these are the newest there are")
        return made
    say("downloading {} packages for {}".format(len(plan.files), ", ".join(plan.groups)))
    for group in [["patchelf"], *plan.groups.values()]:
        apt.download(group)
    made = _build(home, plan, machine, [apt.archives / file for file in plan.files], asked, say)
    for file in apt.archives.glob("*.deb"):
        if file.name not in plan.files:
            file.unlink()
    return made


def _plan(apt: Apt, versions: Sequence[str]) -> Plan:
    table = wanted(versions)
    present = apt.present([package for packages in table.values() for package in packages])
    plan = Plan({}, [], [])
    files = set(apt.resolve(["patchelf"]))
    for program, packages in table.items():
        if packages[0] not in present:
            plan.missing.append(f"{program}: the suites carry no {packages[0]}")
            continue
        group = [package for package in packages if package in present]
        try:
            # Resolved one by one: a suite in motion may have one interpreter that cannot be installed.
            files.update(apt.resolve(group))
        except ToolError as error:
            plan.missing.append(f"{program}: {error}")
            continue
        plan.groups[program] = group
    plan.files.extend(sorted(files))
    return plan


def _build(home: Path, plan: Plan, machine: str, files: list[Path], asked: list[str], say: Say) -> stamp.Stamp:
    for left in home.glob("new-*"):
        shutil.rmtree(str(left))
    root = home / "root"
    place = Path(tempfile.mkdtemp(prefix="new-", dir=str(home)))
    try:
        say("unpacking")
        new = place / "root"
        unpack(files, new)
        programs = executables(new, list(plan.groups))
        relocate(new, root, library_folder(machine), programs)
        names = [str(program.relative_to(new)) for program in programs]
        good, broken = _swap(home, new, root, names)
    finally:
        shutil.rmtree(str(place), ignore_errors=True)
    made = stamp.Stamp(str(root), machine, asked, plan.files, good, plan.missing, broken)
    stamp.write(home, made)
    shutil.rmtree(str(home / "root.old"), ignore_errors=True)
    return made


def _swap(home: Path, new: Path, root: Path, names: list[str]) -> tuple[list[str], list[str]]:
    """Put the new folder in the place that its programs were made for; put the old one back if it is no good."""
    old, before = home / "root.old", stamp.read(home)
    # Until the new stamp is written, an interruption leaves a folder that counts as unfinished.
    stamp.forget(home)
    if old.exists():
        shutil.rmtree(str(old))
    if root.exists():
        root.rename(old)
    new.rename(root)
    try:
        good, broken = sort_out([str(root / name) for name in names])
    except ToolError:
        if before is not None and old.exists():
            shutil.rmtree(str(root))
            old.rename(root)
            stamp.write(home, before)
        raise
    return [str(Path(program).relative_to(root)) for program in good], broken
