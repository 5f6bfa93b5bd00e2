"""Sees modules when they have been executed, without a trace in them: spec, loader and source stay what they were."""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from typing import Any


class Hook:
    """A finder at the head of ``sys.meta_path`` that lets the others find, and is told when the module was executed.

    The loader that they found gets its ``exec_module`` shadowed on the instance until it was called.
    """

    def __init__(self, wanted: Callable[[str], bool], executed: Callable[[ModuleType], None]) -> None:
        """Call `executed` for the modules whose names are `wanted`, each time they were executed."""
        self._wanted = wanted
        self._executed = executed
        self._finding: set[str] = set()
        #: names of modules whose loader does not let itself be watched
        self.missed: set[str] = set()

    def install(self) -> None:
        """Put it in front, unless it is there."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Take it away."""
        while self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that the other finders find; None where the module is none of ours to watch."""
        if fullname in self._finding or not self._wanted(fullname):
            return None
        self._finding.add(fullname)
        try:
            spec = _found(self, fullname, path, target)
        finally:
            self._finding.discard(fullname)
        if spec is not None and spec.loader is not None:
            self._watch(spec.loader, fullname)
        return spec

    def _watch(self, loader: Any, fullname: str) -> None:
        if isinstance(loader, type) or not hasattr(loader, "exec_module"):
            self.missed.add(fullname)  # built into the interpreter: there is no Python code in it
            return
        pending = getattr(loader.__dict__.get("exec_module"), "pending", None) if hasattr(loader, "__dict__") else None
        if pending is not None:  # one loader for many modules, as for those in a zip file
            pending.add(fullname)
            return
        pending = {fullname}

        def exec_module(module: ModuleType) -> None:
            name = module.__spec__.name if module.__spec__ is not None else module.__name__
            mine = name in pending
            pending.discard(name)
            if not pending and loader.__dict__.get("exec_module") is exec_module:
                del loader.__dict__["exec_module"]
            type(loader).exec_module(loader, module)
            if mine:
                self._executed(sys.modules.get(name, module))

        exec_module.pending = pending  # type: ignore[attr-defined]
        try:
            loader.exec_module = exec_module
        except AttributeError:
            self.missed.add(fullname)


def _found(hook: Hook, fullname: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    """Ask the finders behind ours, as the import system would."""
    for finder in list(sys.meta_path):
        find: Any = getattr(finder, "find_spec", None)
        if finder is hook or find is None:
            continue
        spec: ModuleSpec | None = find(fullname, path, target)
        if spec is not None:
            return spec
    return None
