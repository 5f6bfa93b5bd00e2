"""Tries what the hints do here, on functions made for the purpose: what doctor says is what was seen.

The functions go with the trial, and so do their hints. Where the native backend switched the JIT on for them, it goes
off again shortly after.
"""

from dataclasses import dataclass
from typing import Any, Literal

from .. import _router
from .._stats.plain import Plain
from .._verdicts import JIT_OFF

#: more iterations than any backend of ours waits for
_CALLS, _ITERATIONS = 100, 100
_SOURCE = """
def tried(count):
    total = 0
    for number in range(count):
        total += number
    return total
"""
_LITTLE = ("unsupported", "refused")


@dataclass(frozen=True, slots=True)
class Trial(Plain):
    """What came of one hint: ``acts`` says whether it does anything here, ``does`` says in words what."""

    hint: Literal["focus", "ignore", "once"]
    acts: bool
    does: str
    status: str
    code: str
    message: str
    advice: str


def tried(hint: Literal["focus", "ignore", "once"]) -> Trial:
    """Give the hint to a fresh function, call that, and tell what the verdict says then."""
    backend = _router.backend
    space: dict[str, Any] = {}
    exec(compile(_SOURCE, "<jitctl doctor>", "exec"), space)
    function = space["tried"]
    backend.get_strategy(hint).apply(function, None, "function")
    for _ in range(_CALLS):
        function(_ITERATIONS)
    compiled = any(region["valid"] for region in backend.observe(function)["regions"])
    verdict = backend.record(function)["verdict"]
    backend.undo(function)
    idle = hint == "ignore" and verdict["code"] == JIT_OFF
    acts = verdict["status"] not in _LITTLE and not idle
    does = "ignore has nothing to do" if idle else _in_words(hint, acts, compiled, verdict["message"])
    return Trial.of(verdict, hint=hint, acts=acts, does=does)


def _in_words(hint: str, acts: bool, compiled: bool, message: str) -> str:
    if not acts:
        return f"{hint} does nothing: {message.replace('; ', ', ')}"
    if hint == "focus" and compiled:
        return "focus compiles a function early"
    if hint == "ignore":
        return "ignore keeps a function out of compiled code"
    return f"{hint} acts: {message.partition('; ')[0]}"
