"""Runs one module of the test suite in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from compare import PROCESS
from judge import Run, Setting, run_child

CHILD = Path(__file__).resolve().parent / "child.py"
#: seconds for one module, far above what any needs; a debug build is several times slower
LIMIT, LIMIT_DEBUG = 240, 600


class Module(NamedTuple):
    """A module of the test suite: its name below ``test``, what its line says about it, and patterns of test ids."""

    name: str
    short: bool = False
    #: whether what tests import gets hints too
    hook: bool = True
    left_out: tuple[str, ...] = ()
    #: tests that run in a second process, since what they leave behind would fail the others
    apart: tuple[str, ...] = ()


def run_module(python: str, setting: Setting, package: Path, mode: str, module: Module) -> Run:
    """Run one module of the test suite in one process, or in two where some tests must be apart."""
    order = {"mode": mode, "module": f"test.{module.name}", "hook": module.hook, "only": []}
    first = _run_child(python, setting, package, {**order, "left_out": [*module.left_out, *module.apart]})
    if not module.apart:
        return first
    second = _run_child(python, setting, package, {**order, "left_out": module.left_out, "only": module.apart})
    how = {first.outcomes[PROCESS], second.outcomes[PROCESS]} - {"ok"}
    outcomes = {**first.outcomes, **second.outcomes, PROCESS: ", ".join(sorted(how)) or "ok"}
    return first._replace(outcomes=outcomes, details={**first.details, **second.details})


def _run_child(python: str, setting: Setting, package: Path, order: dict[str, Any]) -> Run:
    limit = LIMIT_DEBUG if setting.interpreter.endswith("d") else LIMIT
    return run_child([python, str(CHILD)], setting.environment(package, order["mode"]), order, limit)
