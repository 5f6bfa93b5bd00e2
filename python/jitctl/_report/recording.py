"""What a recording of a run holds: the form of the file that ``jitctl run --record`` writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from .._process.inventory import Status
from .._stats.plain import Count, Plain, from_plain
from .._stats.records import Reason
from .share import Share

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1


class UnreadableError(Exception):
    """A file is no recording that this version reads; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Line(Plain):
    """Samples of one source line, and how many of them were in compiled code."""

    line: int
    samples: Count
    compiled: Count


@dataclass(frozen=True, slots=True)
class Stretch(Plain):
    """Samples of a stretch of the run that begins after so many seconds, and how many of them were in compiled code."""

    seconds: float
    samples: Count
    compiled: Count


@dataclass(frozen=True, slots=True)
class Function(Plain):
    """One function that was sampled, hinted or compiled.

    ``share`` of all samples is its own; ``in_jit`` is the share of those that were in compiled code (None: not known).
    ``verdict`` to ``advice`` are empty without a hint. ``first_compiled``: seconds until it was first seen to run
    compiled. ``reasons``: why the JIT can do little for it. ``source``: its lines, from ``line`` on, where they matter.
    """

    module: str
    qualname: str
    file: str
    line: int
    samples: Count
    share: float
    in_jit: float | None
    hint: str
    status: str
    verdict: str
    message: str
    advice: str
    state: str
    regions: Count
    machine_code_bytes: Count
    exits: Count
    first_compiled: float | None
    reasons: tuple[Reason, ...]
    lines: tuple[Line, ...]
    source: tuple[str, ...]

    @property
    def name(self) -> str:
        """What a rule matches it by, or where it is."""
        return f"{self.module}:{self.qualname}" if self.module else self.qualname


@dataclass(frozen=True, slots=True)
class Recording(Plain):
    """A run. ``in_jit`` is the share of the time in compiled code, estimated from ``samples``.

    ``method`` is how samples were taken; ``note`` says what could not be seen, and why. ``seconds`` is processor time.
    ``functions`` are in the order of their samples.
    """

    schema: int
    jitctl: str
    command: tuple[str, ...]
    began: str
    exit_code: int
    method: Literal["extension", "python", "none"]
    note: str
    samples: Count
    lost: Count
    seconds: float
    wall_seconds: float
    in_jit: Share | None
    status: Status
    timeline: tuple[Stretch, ...]
    functions: tuple[Function, ...]

    @property
    def title(self) -> str:
        """The program, without its folder and arguments."""
        words = [word for word in self.command if word != "-m"]
        return words[0].replace("\\", "/").rpartition("/")[2] if words else "a program"


def read(file: str) -> Recording:
    """Read a recording. Raises UnreadableError."""
    try:
        with open(file, encoding="utf-8") as opened:
            raw: Any = json.load(opened)
    except OSError as error:
        raise UnreadableError(f"{file} cannot be read: {error.strerror}; make one with `jitctl run --record`") from None
    except ValueError as error:
        raise UnreadableError(f"{file} is no JSON ({error}); make one with `jitctl run --record`") from None
    schema = raw.get("schema") if isinstance(raw, dict) else None
    if schema != SCHEMA:
        found = "no recording" if schema is None else f"a recording of form {schema}"
        raise UnreadableError(f"{file} is {found}, and this jitctl reads form {SCHEMA}; record the program anew")
    try:
        found_recording: Recording = from_plain(Recording, raw)
    except (TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"{file} is damaged: {error}; record the program anew") from None
    return found_recording
