"""The interface of the extension in pure Python, for where the extension cannot be.

That is every interpreter but CPython, a subinterpreter, a free-threaded build, an installation
without the compiled part. Hints do nothing here, and their verdicts say why. What it keeps per
function is a weak reference and a few shared objects, so a hint never keeps a function alive.

The rules for a second hint on one function are the model for the extension's: the nearer hint
wins (a function's own over its class's); of two equally near, the later.
"""

import sys
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    VerdictParts = tuple[str, str, str, str]  # status, code, message, advice
    Entry = tuple[Callable[[], Any], str, str, VerdictParts]  # reference, hint, origin, verdict

_HINTS = ("focus", "ignore", "once")
#: where a hint came from; of two hints on one function the nearer one, with the higher number, wins
_NEARNESS = {"function": 2, "class": 0, "wrapper": 1}

#: What must outlive this module, since a program may drop the package from `sys.modules` and import it anew: for each
#: reason to be here, `_records` and `_asked`.
_kept: "dict[str, tuple[dict[int, Entry], dict[int, bool]]]" = sys.__dict__.setdefault("_jitctl_fallback", {})
#: id of the object -> what was asked of it; an entry goes when its object does
_records: "dict[int, Entry]" = {}
_reason = "the fallback was loaded on its own"
_disabled = False
#: JITCTL_PROFILE asks for the profile of every hinted function
_profile_all = False
#: ids of the recorded functions whose profile was asked for: why there is none shall be told
_asked: dict[int, bool] = {}
#: what every hint of this process comes to, made by `start`
_verdict: "VerdictParts" = ("unsupported", "", "", "")
_started: tuple[str, list[str]] = ("", [])
#: the variables that may be heeded
_environment: dict[str, str] = {}


class _Reference(ref):  # type: ignore[type-arg]
    """A weak reference that knows its key in `_records`."""

    __slots__ = ("key",)
    key: int


class _Strong:
    """Stands where a weak reference cannot be made."""

    __slots__ = ("thing",)

    def __init__(self, thing: "Any") -> None:
        self.thing = thing

    def __call__(self) -> "Any":
        return self.thing


def _forget(dead: "Any") -> None:
    """Drop the entry of an object that died, unless its id already belongs to another one."""
    key = dead.key
    # None, like every name here, when the interpreter ends and has emptied this module already.
    entry = _records.get(key) if _records else None
    if entry is not None and entry[0] is dead:
        del _records[key]
        _asked.pop(key, None)


def _find(thing: "Any") -> "Entry | None":
    """Return the entry of this very object, not of one that had its id before."""
    entry = _records.get(id(thing))
    return entry if entry is not None and entry[0]() is thing else None


def _keep(thing: "Any", hint: str, origin: str, verdict: "VerdictParts") -> None:
    try:
        reference = _Reference(thing, _forget)
    except TypeError:
        # Slotted instances and method descriptors, never a function: kept, or the verdict could not be read.
        _records[id(thing)] = (_Strong(thing), hint, origin, verdict)
        return
    reference.key = id(thing)
    _records[id(thing)] = (reference, hint, origin, verdict)


def explain(error: BaseException) -> None:
    """Take note of why the extension could not be loaded; call it before `start`."""
    global _asked, _reason, _records
    _reason = f"{type(error).__name__}: {error}" if type(error) is not ImportError else str(error)
    if isinstance(error, ModuleNotFoundError) and error.name == "jitctl._backend":
        _reason = "this installation of jitctl has no compiled extension for this interpreter"
    _records, _asked = _kept.setdefault(_reason, ({}, {}))


def start(
    directory: str,
    backend: str | None,
    path: list[str],
    disabled: bool,
    profile: bool = False,
    log: int = 0,
    environment: "Sequence[tuple[str, str]]" = (),
) -> None:
    """Choose the only backend there is, noop; a chain without it is a `BackendError` that says so."""
    global _disabled, _environment, _profile_all, _started, _verdict
    _started, _environment = (directory, path), dict(environment)
    if backend is not None and "noop" not in [name.strip() for name in backend.split(",")]:
        from .._errors import BackendError
        from .interpreter import list_of_candidates

        raise BackendError(
            f"JITCTL_BACKEND={backend} cannot be used: {_reason}; there is: {list_of_candidates(candidates())}"
        )
    _disabled, _profile_all = disabled, profile
    from .. import _verdicts

    code = _verdicts.DISABLED if disabled else _verdicts.NO_EXTENSION
    status, sentence, advice = _verdicts.TOLD[code]
    _verdict = (status, code, sentence if disabled else f"{sentence}: {_reason}", advice)


def describe() -> "dict[str, Any]":
    """Describe the interpreter."""
    from .interpreter import describe_interpreter

    return describe_interpreter(_reason, _environment)


def chosen() -> "dict[str, Any]":
    """Describe the backend in use."""
    from .interpreter import NOOP

    noop = {key: NOOP[key] for key in ("name", "version", "file", "description")}
    return {**noop, "disabled": _disabled, "chain": [] if _disabled else [{**noop, "notes": []}], "remarks": []}


def candidates() -> "list[dict[str, Any]]":
    """List noop, and every backend library that would need the extension."""
    from .interpreter import list_candidates

    return list_candidates(*_started, _reason)


class Strategy:
    """What to do with a hint: here, nothing but to remember it."""

    __slots__ = ("backend", "hint")

    def __init__(self, hint: str) -> None:
        """Stand for `hint`: focus, ignore or once."""
        self.hint = hint
        self.backend = "noop"

    def apply(self, function: "Any", options: "dict[str, Any] | None", origin: str) -> bool:
        """Record the hint; `options` have no use here. False where a nearer hint stays."""
        if origin not in _NEARNESS:
            raise ValueError(f"there is no origin {origin!r}; there are: {', '.join(_NEARNESS)}")
        before = _find(function)
        if before is not None and _NEARNESS[origin] < _NEARNESS[before[2]]:
            return False
        _keep(function, self.hint, origin, _verdict)
        if before is not None and before[1] != self.hint:
            remark(function, f"this hint replaced {before[1]}")
        asked = (options or {}).get("profile", _profile_all and not _disabled)
        if asked and not _disabled:
            profile_start(function)
        elif "profile" in (options or {}):
            profile_stop(function)
        return True

    def note(self, obj: "Any", code: str, message: str, advice: str) -> None:
        """Record that `obj` has no bytecode to act on."""
        _keep(obj, self.hint, "function", ("unsupported", code, message, advice))


def get_strategy(hint: str) -> Strategy:
    """Return the strategy for ``"focus"``, ``"ignore"`` or ``"once"``; ValueError for another word."""
    if hint not in _HINTS:
        raise ValueError(f"there is no hint {hint!r}; there are: {', '.join(_HINTS)}")
    return Strategy(hint)


def record(obj: "Any") -> "dict[str, Any] | None":
    """Return the record of this object, or None when it has no hint."""
    entry = _find(obj)
    return None if entry is None else _shape(obj, entry)


def remark(obj: "Any", text: str) -> None:
    """Say `text` behind the message of the object's verdict."""
    entry = _find(obj)
    if entry is not None:
        reference, hint, origin, (status, code, message, advice) = entry
        _records[id(obj)] = (reference, hint, origin, (status, code, f"{message}; {text}", advice))


def records() -> "list[dict[str, Any]]":
    """Return the records of all objects that are still alive, oldest hint first."""
    living = [(entry[0](), entry) for entry in list(_records.values())]
    return [_shape(obj, entry) for obj, entry in living if obj is not None]


def _shape(obj: "Any", entry: "Entry") -> "dict[str, Any]":
    _, hint, origin, (status, code, message, advice) = entry
    verdict = {"status": status, "code": code, "message": message, "advice": advice, "measures": []}
    return {"object": obj, "hint": hint, "origin": origin, "backend": "noop", "verdict": verdict, "others": []}


def observe(function: "Any") -> "dict[str, Any]":
    """Say what is known of the function's code now: nothing, without the extension (None, not 0)."""
    names = ("instructions", "specialisable", "specialised", "failed", "settled")
    return {**dict.fromkeys(names), "regions": [], "exits": []}


def unfriendly(function: "Any") -> "list[dict[str, Any]]":
    """Say what makes the function unfriendly to the JIT: nothing, since nothing was measured here."""
    return []


def reasons() -> "list[dict[str, Any]]":
    """List the reasons that there can be on this interpreter: none."""
    return []


def watch_made(codes: "list[Any]", told: "Any") -> None:
    """Call `told` with functions that the program makes of these codes: nothing here sees them, and no hint acts."""


def loops(code: "Any") -> int | None:
    """Say how many loops the code has: it is not read here."""
    return None


def sampling_start(interval_ns: int) -> str | None:
    """Say why samples cannot be taken here."""
    return _reason


def sampling_stop() -> "dict[str, Any] | None":
    """Give what was sampled: nothing."""
    return None


def sampling_taken() -> int:
    """Say how many samples were taken here: none."""
    return 0


def undo(obj: "Any") -> bool:
    """Take the hint back; False when there was none."""
    if _find(obj) is None:
        return False
    del _records[id(obj)]
    _asked.pop(id(obj), None)
    return True


def profile_start(function: "Any", method: str | None = None) -> None:
    """Take note that a profile was asked for, so that `profile` says why there is none."""
    if _find(function) is not None:
        _asked[id(function)] = True


def profile_stop(function: "Any") -> bool:
    """Forget that a profile was asked for; nothing was profiled."""
    _asked.pop(id(function), None)
    return False


def profile_reset(function: "Any") -> bool:
    """There are no numbers to set back."""
    return False


def profile(function: "Any") -> "dict[str, Any] | None":
    """Return a profile without numbers that says why, where one was asked for."""
    if id(function) not in _asked or _find(function) is None:
        return None
    from .interpreter import no_profile

    return no_profile(_reason)
