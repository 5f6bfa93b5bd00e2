"""The table of the decorators' keywords: what each may hold, for which hints, and what it does.

Whatever knows keywords reads it: the check of a call (`_options`), the extension, the test of the
decorators' types, and docs/reference.md, which is made from it.
"""

from __future__ import annotations

from ._targets import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

_MOMENTS = ("first-call", "decoration", "background")
_MOST_CALLS = 1_000_000_000
_MOST_MS = 86_400_000
#: The smallest counter of a supported version (3.14) holds 4,095.
_MOST_THRESHOLD = 4000
_CALLED = ("focus", "once")


class Keyword:
    """One keyword.

    `hints` are those that take it; `annotation` is its type in the decorators' signatures; `check` returns
    the value to pass on, or raises. With `at_once` the backend calls the function itself or waits by itself,
    so the host does not wait for calls to compare with. With `of_call` it describes calls that warm the
    function up; without samples and inference it has no effect.
    """

    __slots__ = ("name", "hints", "annotation", "meaning", "check", "at_once", "of_call")

    def __init__(
        self,
        name: str,
        hints: tuple[str, ...],
        annotation: str,
        meaning: str,
        check: Callable[[str, str, Any], Any],
        *,
        at_once: bool = False,
        of_call: bool = False,
    ) -> None:
        """Describe the keyword."""
        self.name = name
        self.hints = hints
        self.annotation = annotation
        self.meaning = meaning
        self.check = check
        self.at_once = at_once
        self.of_call = of_call


def _wrong(caller: str, key: str, wanted: str, value: Any, error: type[Exception] = TypeError) -> NoReturn:
    raise error(f"{caller}: {key} must be {wanted}; got {shown(value)}")


def _arguments(caller: str, key: str, value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(value)
    if not callable(value):
        _wrong(caller, key, "a tuple or list of arguments, or a callable that returns one", value)
    return value


def _named_arguments(caller: str, key: str, value: Any) -> Any:
    if hasattr(value, "keys") and hasattr(value, "__getitem__") and not isinstance(value, type):
        copy = dict(value)
        if not all(isinstance(name, str) for name in copy):
            _wrong(caller, key, "a mapping whose keys are parameter names", value)
        return copy
    if not callable(value):
        _wrong(caller, key, "a mapping from names to arguments, or a callable that returns one", value)
    return value


def _moment(caller: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or value not in _MOMENTS:
        error = ValueError if isinstance(value, str) else TypeError
        _wrong(caller, key, "one of " + ", ".join(map(repr, _MOMENTS)), value, error)
    return value


def _calls(caller: str, key: str, value: Any) -> int:
    return _whole(caller, key, f"a whole number from 1 to {_MOST_CALLS}", value, _MOST_CALLS)


def _iterations(caller: str, key: str, value: Any) -> int:
    wanted = f"a whole number of iterations or calls from 1 to {_MOST_THRESHOLD}"
    return _whole(caller, key, wanted, value, _MOST_THRESHOLD)


def _whole(caller: str, key: str, wanted: str, value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        _wrong(caller, key, wanted, value)
    if not 1 <= value <= most:
        _wrong(caller, key, wanted, value, ValueError)
    return int(value)


def _milliseconds(caller: str, key: str, value: Any) -> float:
    wanted = f"a number of milliseconds above 0 and at most {_MOST_MS} (a day)"
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        _wrong(caller, key, wanted, value)
    if not 0 < value <= _MOST_MS:  # also refuses NaN
        _wrong(caller, key, wanted, value, ValueError)
    return float(value)


def _yes_or_no(caller: str, key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        _wrong(caller, key, "True or False", value)
    return value


def _backends(caller: str, key: str, value: Any) -> str:
    wanted = 'names of backends with commas, such as "native" or "compiler,native"'
    if not isinstance(value, str):
        _wrong(caller, key, wanted, value)
    if not all(name.strip() for name in value.split(",")):
        _wrong(caller, key, wanted, value, ValueError)
    return str(value)


KEYWORDS = (
    Keyword(
        "sample_args",
        _CALLED,
        "SampleArgs",
        "positional arguments of a call that may be made to warm the function up, or a callable that makes fresh ones",
        _arguments,
        at_once=True,
    ),
    Keyword(
        "sample_kwargs",
        _CALLED,
        "SampleKwargs",
        "keyword arguments of that call, or a callable that makes fresh ones",
        _named_arguments,
        at_once=True,
    ),
    Keyword(
        "when",
        _CALLED,
        "When",
        'when to warm it up: "first-call" (the default), "decoration" or "background"',
        _moment,
        of_call=True,
    ),
    Keyword("budget_calls", _CALLED, "int", "the most calls that the warm-up may make", _calls, of_call=True),
    Keyword("budget_ms", _CALLED, "float", "the most milliseconds that it may take", _milliseconds, of_call=True),
    Keyword(
        "infer",
        _CALLED,
        "bool",
        "True allows a warm-up with inferred arguments; False forbids it; without it, where a call has no effects",
        _yes_or_no,
        at_once=True,
    ),
    Keyword(
        "profile",
        ("focus", "ignore", "once"),
        "bool",
        "True counts and times the calls (`jitctl.profiler`); False stops that",
        _yes_or_no,
    ),
    Keyword(
        "threshold",
        ("focus",),
        "int",
        f"iterations of a loop before it is compiled, 1 to {_MOST_THRESHOLD:,}; not together with samples",
        _iterations,
        at_once=True,
    ),
    Keyword(
        "backend",
        _CALLED,
        "str",
        "the backends that may serve this hint, with commas; by default all of the chain. They are asked in its order",
        _backends,
    ),
)
#: read by the extension
AT_ONCE = tuple(one.name for one in KEYWORDS if one.at_once)
