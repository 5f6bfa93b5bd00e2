"""Applies rules for ``__main__`` in processes that `multiprocessing` starts, where that module has another name."""

from __future__ import annotations

import functools
import runpy

from .active import Active

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: how multiprocessing calls the module of the program in a child (multiprocessing/spawn.py)
NAME = "__mp_main__"


def follow(active: Active) -> None:
    """Have rules for ``__main__`` applied when multiprocessing runs the program's file under its other name."""
    if active.ruleset.concerns("__main__"):
        for name in ("run_path", "run_module"):
            setattr(runpy, name, _following(getattr(runpy, name), active))


def _following(run: Any, active: Active) -> Any:
    @functools.wraps(run)
    def following(*arguments: Any, **keywords: Any) -> dict[str, Any]:
        namespace: dict[str, Any] = run(*arguments, **keywords)
        if namespace.get("__name__") == NAME:
            active.apply(namespace, NAME, "__main__")
        return namespace

    return following
