"""What the process runs on: the interpreter, the backend in use, and the state of the JIT now."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from .._router import backend as _backend
from .._text import interpreter_name
from .plain import Plain

#: how native's note on the JIT begins while jitctl has a hand in it; tests/python/native/test_jit_state.py compares
SWITCHED_ON, SUSPENDED = "switched on by jitctl", "switched off by jitctl"


@dataclass(frozen=True, slots=True)
class Interpreter(Plain):
    """The interpreter of this process; ``jit_enabled`` is the state now, not the one it started with."""

    implementation: str
    version: str
    hexversion: int
    debug: bool
    free_threaded: bool
    subinterpreter: bool
    jit_built: bool
    jit_enabled: bool
    platform: str
    build: str
    extension: bool
    reason: str | None

    def __str__(self) -> str:
        """Name it with what matters about its build: ``CPython 3.14.0 debug``."""
        return interpreter_name(self.implementation, self.version, self.debug, self.free_threaded)


#: pairs of a name and a text
Notes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Link(Plain):
    """One backend of the chain; ``notes`` is what it says of itself."""

    name: str
    version: str | None
    file: str | None
    description: str | None
    notes: Notes


@dataclass(frozen=True, slots=True)
class Backend(Plain):
    """The backend in use, or several: ``chain`` has each, in the order in which hints are offered to them.

    Then ``name`` has their names, ``file`` is that of the first, and ``notes`` has those of all. ``remarks`` are of
    none of them: what was passed over, and what is not known of this interpreter.
    """

    name: str
    version: str
    file: str | None
    description: str
    disabled: bool
    notes: Notes
    chain: tuple[Link, ...]
    remarks: Notes

    def __str__(self) -> str:
        """Name it: ``warmup 0.1.0``, or why there is none."""
        if self.disabled:
            return "none (switched off by JITCTL_DISABLE)"
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Jit(Plain):
    """Whether a JIT is built and on now, and by whom.

    ``by``: process (how the interpreter was built or started, or what the program did), jitctl (on for hinted functions
    alone), tracer (switched off by jitctl while a tracing tool is active) or system (likewise, while the perf
    trampoline is active or executable memory is refused); None without a JIT. ``text`` says it in words.
    """

    built: bool
    on: bool
    by: Literal["process", "jitctl", "tracer", "system"] | None
    text: str


@dataclass(frozen=True, slots=True)
class System(Plain):
    """One reading of all three."""

    interpreter: Interpreter
    backend: Backend
    jit: Jit


def read_system() -> System:
    """Read what the process runs on, as it is now."""
    chosen = _backend.chosen()
    notes = _notes(chosen.get("notes", ()))
    chain = tuple(Link.of(link, notes=_notes(link["notes"])) for link in chosen["chain"])
    remarks = _notes(chosen["remarks"])
    backend = Backend.of(chosen, version=chosen["version"] or "", notes=notes, chain=chain, remarks=remarks)
    interpreter = Interpreter.of(_backend.describe())
    interpreter = replace(interpreter, jit_enabled=_is_enabled(interpreter))
    return System(interpreter, backend, _jit_state(interpreter, dict(notes)))


def _notes(raw: Iterable[tuple[str, str]]) -> Notes:
    return tuple((str(name), str(text)) for name, text in raw)


def _is_enabled(interpreter: Interpreter) -> bool:
    """Ask CPython, where it says (from 3.14 on): a hint can have switched the JIT on since the start."""
    own: Any = getattr(sys, "_jit", None)
    return bool(own.is_enabled()) if own is not None else interpreter.jit_enabled


def _jit_state(interpreter: Interpreter, notes: Mapping[str, str]) -> Jit:
    if not interpreter.jit_built:
        return Jit(False, False, None, "no JIT built")
    note = notes.get("JIT", "")
    if interpreter.jit_enabled and note.startswith(SWITCHED_ON):
        return Jit(True, True, "jitctl", "JIT built, on: switched on by jitctl for hinted functions")
    if not interpreter.jit_enabled and note.startswith(SUSPENDED):
        return Jit(True, False, "tracer" if "tracing tool" in note else "system", f"JIT built, off: {note}")
    return Jit(True, interpreter.jit_enabled, "process", f"JIT built, {'on' if interpreter.jit_enabled else 'off'}")
