"""What ``jitctl find --json`` gives. The command itself makes plain dicts of this form (`found`)."""

from dataclasses import dataclass
from typing import Literal

from .._report.share import Share
from .._stats.plain import Count, Plain
from .._stats.records import Reason


@dataclass(frozen=True, slots=True)
class Candidate(Plain):
    """A function that takes time.

    ``share`` of the time is its own, without what it calls in Python; ``in_jit`` is the share of that which it spent in
    compiled code. None, there and for ``loops``: it cannot be told here.
    """

    module: str
    qualname: str
    file: str
    line: int
    hottest_line: int
    share: float
    in_jit: float | None
    loops: int | None
    suggestion: Literal["focus", "leave"]
    why: str
    unfriendly: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything; ``exit_code`` is the program's own.

    ``in_jit`` is the share of the samples that were in compiled code; ``note`` says what could not be seen, and why.
    """

    schema: int
    interpreter: str
    exit_code: int
    method: Literal["extension", "python", "none"]
    note: str
    samples: Count
    seconds: float
    in_jit: Share | None
    candidates: tuple[Candidate, ...]
