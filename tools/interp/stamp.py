"""The stamp says what a finished folder was made of; without a fitting one the folder counts as unfinished."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

# Raise it when the way a folder is made changes, so that folders made the old way are made again.
FORMAT = 3
NAME = "stamp.json"


class Stamp(NamedTuple):
    """What was asked for and unpacked, for which place and machine, and what came out of it.

    `missing` says what could not be had, `broken` what was unpacked and does not work.
    """

    root: str
    architecture: str
    asked: list[str]
    packages: list[str]
    programs: list[str]
    missing: list[str]
    broken: list[str]


def read(home: Path) -> Stamp | None:
    """Return the stamp of a finished folder, or None for anything that cannot be trusted."""
    try:
        data = json.loads((home / NAME).read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            return None
        return Stamp(**data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write(home: Path, stamp: Stamp) -> None:
    """Write the stamp in one step, so that it is either there in full or not at all."""
    temporary = home / (NAME + ".new")
    temporary.write_text(json.dumps({"format": FORMAT, **stamp._asdict()}, indent=1) + "\n", encoding="utf-8")
    os.replace(str(temporary), str(home / NAME))


def forget(home: Path) -> None:
    """Take the stamp away before the folder it speaks of is touched."""
    if (home / NAME).exists():
        (home / NAME).unlink()


def holds(
    stamp: Stamp, root: Path, architecture: str, asked: Sequence[str], packages: Sequence[str] | None = None
) -> bool:
    """Is the folder in the place it was made for, made for this request, and of these packages (where given)?

    The loader's path is written into the programs, so a moved folder has to be made again.
    """
    if stamp.root != str(root) or stamp.architecture != architecture or stamp.asked != list(asked):
        return False
    if packages is not None and sorted(packages) != sorted(stamp.packages):
        return False
    return bool(stamp.programs) and all((root / program).is_file() for program in stamp.programs)
