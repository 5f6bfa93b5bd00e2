"""What runs where: the list of modules, the settings and the modes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from judge import Setting
from run import Module

HERE = Path(__file__).resolve().parent
INTERPRETERS = ("3.14", "3.14d", "3.15", "3.15d")
JIT = ("off", "on")
MODES = ("mixed", "focus", "ignore", "once")


class Task(NamedTuple):
    """One module in one setting, in several modes, so that they share the runs without hints."""

    setting: Setting
    module: Module
    modes: tuple[str, ...]


def read_modules(path: Path = HERE / "modules.txt") -> list[Module]:
    """Read the list; its first lines say how it is written."""
    found: list[Module] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if line[0].isspace():
            place = {"without": "left_out", "apart": "apart"}.get(words[0])
            if place is None or not found or len(words) != 2:
                raise ValueError(f"{path.name}:{number}: {line!r}; expected without or apart, and a pattern")
            found[-1] = found[-1]._replace(**{place: (*getattr(found[-1], place), words[1])})
        else:
            name, *marks = words
            if not set(marks) <= {"short", "no-hook"}:
                raise ValueError(f"{path.name}:{number}: {line!r}; expected a module, and perhaps short or no-hook")
            found.append(Module(name, short="short" in marks, hook="no-hook" not in marks))
    return found


def tasks(settings: list[Setting], modules: list[Module], modes: tuple[str, ...], all_modes: bool) -> list[Task]:
    """Return what to run. On debug builds the single hints are applied to the short part only, but for `all_modes`."""
    made = []
    for setting in settings:
        debug = setting.interpreter.endswith("d")
        for module in modules:
            few = debug and not module.short and not all_modes
            these = tuple(mode for mode in modes if mode == "mixed" or not few)
            if these:
                made.append(Task(setting, module, these))
    return made
