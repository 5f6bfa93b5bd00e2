"""What runs where: the list of modules, the settings and the modes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from run import Setting

HERE = Path(__file__).resolve().parent
INTERPRETERS = ("3.14", "3.14d", "3.15", "3.15d")
JIT = ("off", "on")
MODES = ("mixed", "focus", "ignore", "once")


class Module(NamedTuple):
    """A module of the test suite: its name below ``test``, tests left out, and whether it is in every part."""

    name: str
    left_out: tuple[str, ...]
    short: bool


class Task(NamedTuple):
    """One module in one setting, in several modes, so that they share the runs without hints."""

    setting: Setting
    module: Module
    modes: tuple[str, ...]


def read_modules(path: Path = HERE / "modules.txt") -> list[Module]:
    """Read the list: a module per line, ``*`` marks the short part, indented lines name tests to leave out."""
    found: list[Module] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        text = line.partition("#")[0].rstrip()
        if not text:
            continue
        if line[0].isspace():
            if not found:
                raise ValueError(f"{path.name}:{number}: a test to leave out before any module")
            found[-1] = found[-1]._replace(left_out=(*found[-1].left_out, text.strip()))
        else:
            name, _, mark = text.partition(" ")
            if mark.strip() not in ("", "*"):
                raise ValueError(f"{path.name}:{number}: found {mark.strip()!r}; expected a module, or one and *")
            found.append(Module(name, (), mark.strip() == "*"))
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
