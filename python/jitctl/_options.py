"""Are the keywords right? Only called when keywords were given.

A mistake is an error where the decorator stands, not a warm-up that silently does nothing later.
"""

from ._targets import shown
from ._wrapping import Method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from inspect import Signature
    from typing import Any, NoReturn

_WHEN = ("first-call", "decoration", "background")
_MOST_CALLS = 1_000_000_000
_MOST_MS = 86_400_000
_SAMPLES = ("sample_args", "sample_kwargs", "when", "budget_calls", "budget_ms", "infer", "profile")
#: The smallest counter of a supported version (3.14) holds 4,095.
_MOST_THRESHOLD = 4000
#: hint -> the keywords it takes
ALLOWED: "dict[str, tuple[str, ...]]" = {
    "focus": (*_SAMPLES, "threshold"),
    "once": _SAMPLES,
    "ignore": ("profile",),
}


def validated(caller: str, hint: str, options: "dict[str, Any]") -> "dict[str, Any]":
    """Return a checked copy of `options`, with sequences and mappings copied.

    Raises TypeError (unknown keyword, wrong type) or ValueError (value out of range), each naming
    the keyword and what is allowed.
    """
    allowed = ALLOWED[hint]
    given = {}
    for key, value in options.items():
        if key not in allowed:
            raise TypeError(f"{caller} has no keyword {key!r}; allowed: {', '.join(allowed)}{_meant(key, allowed)}")
        given[key] = _CHECKS[key](caller, value)
    if "threshold" in given and (given.get("infer") or given.keys() & {"sample_args", "sample_kwargs"}):
        raise ValueError(
            f"{caller}: threshold counts real calls, and sample_args, sample_kwargs and infer=True "
            "compile the function before them; give one or the other"
        )
    return given


def _meant(key: str, allowed: "tuple[str, ...]") -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, allowed, 1)
    return f"; did you mean {close[0]}?" if close else ""


def fitted(caller: str, given: "dict[str, Any]", thing: "Any", functions: "list[Any]") -> "dict[str, Any]":
    """Check that the sample arguments fit the one function they describe, as far as they are known.

    They describe a call of the *underlying* function, so a method's include self and a class
    method's include the class; only for a bound method, which carries it, it is put in front here.
    Values that a callable will make cannot be checked before it is called. Raises ValueError.
    """
    if not given.keys() & {"sample_args", "sample_kwargs"} or not (functions or issubclass(type(thing), type)):
        return given
    if issubclass(type(thing), type) or len(functions) != 1:
        kind = "class" if issubclass(type(thing), type) else type(thing).__name__
        raise ValueError(
            f"{caller}: sample_args and sample_kwargs describe a call of one function, and this {kind} "
            f"stands for {len(functions)}; put them on the method itself"
        )
    bound = given
    if type(thing) is Method:
        bound = {**given, "sample_args": _behind(thing.__self__, given.get("sample_args", ()))}
    args, kwargs = bound.get("sample_args", ()), bound.get("sample_kwargs", {})
    if not callable(args) and not callable(kwargs):
        _check_call(caller, functions[0], args, kwargs)
    return bound


def for_wrapped(options: "dict[str, Any] | None") -> "dict[str, Any] | None":
    """Leave out the samples: they are a call of the wrapper, which calls the function inside with what it likes."""
    return options and {key: value for key, value in options.items() if key not in ("sample_args", "sample_kwargs")}


def without_effect(options: "dict[str, Any] | None", backend: str) -> "list[str]":
    """Say which of the keywords do nothing, since there is nothing to call the function with.

    The backend warmup infers arguments by itself, unless ``infer`` is False.
    """
    given = options or {}
    calls = given.keys() & {"sample_args", "sample_kwargs"} or given.get("infer", backend == "warmup")
    idle = [] if calls else [key for key in given if key in ("when", "budget_calls", "budget_ms")]
    if not idle:
        return []
    has = "has" if len(idle) == 1 else "have"
    return [f"{', '.join(idle)} {has} no effect without sample_args, sample_kwargs or infer=True"]


def _behind(owner: "Any", args: "Any") -> "Any":
    """Put `owner` (self or the class) in front of sample arguments, now or when they are made."""
    return (lambda: (owner, *args())) if callable(args) else (owner, *args)


def _check_call(caller: str, function: "Any", args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> None:
    code = function.__code__
    least = code.co_argcount - len(function.__defaults__ or ())
    if not kwargs and not code.co_kwonlyargcount and least <= len(args) <= code.co_argcount:
        return  # the usual case, without the 10 ms that importing inspect can take
    signature = _signature(function)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        name = f"{function.__qualname__}{signature}"
        raise ValueError(f"{caller}: sample_args do not fit {name}: {error}") from None


def _signature(function: "Any") -> "Signature":
    """Return the signature of this very function, without evaluating its annotations (3.14+)."""
    import inspect

    options: "dict[str, Any]" = {"follow_wrapped": False}
    form = (inspect.signature.__kwdefaults__ or {}).get("annotation_format")
    if form is not None:
        options["annotation_format"] = type(form).STRING
    return inspect.signature(function, **options)


def _wrong(caller: str, key: str, wanted: str, value: "Any", error: "type[Exception]" = TypeError) -> "NoReturn":
    raise error(f"{caller}: {key} must be {wanted}; got {shown(value)}")


def _sample_args(caller: str, value: "Any") -> "Any":
    if isinstance(value, (tuple, list)):
        return tuple(value)
    if not callable(value):
        _wrong(caller, "sample_args", "a tuple or list of arguments, or a callable that returns one", value)
    return value


def _sample_kwargs(caller: str, value: "Any") -> "Any":
    if hasattr(value, "keys") and hasattr(value, "__getitem__") and not isinstance(value, type):
        copy = dict(value)
        if not all(isinstance(key, str) for key in copy):
            _wrong(caller, "sample_kwargs", "a mapping whose keys are parameter names", value)
        return copy
    if not callable(value):
        wanted = "a mapping from names to arguments, or a callable that returns one"
        _wrong(caller, "sample_kwargs", wanted, value)
    return value


def _when(caller: str, value: "Any") -> str:
    if not isinstance(value, str) or value not in _WHEN:
        error = ValueError if isinstance(value, str) else TypeError
        _wrong(caller, "when", "one of " + ", ".join(map(repr, _WHEN)), value, error)
    return value


def _budget_calls(caller: str, value: "Any") -> int:
    return _whole(caller, "budget_calls", f"a whole number from 1 to {_MOST_CALLS}", value, _MOST_CALLS)


def _threshold(caller: str, value: "Any") -> int:
    wanted = f"a whole number of iterations or calls from 1 to {_MOST_THRESHOLD}"
    return _whole(caller, "threshold", wanted, value, _MOST_THRESHOLD)


def _whole(caller: str, key: str, wanted: str, value: "Any", most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        _wrong(caller, key, wanted, value)
    if not 1 <= value <= most:
        _wrong(caller, key, wanted, value, ValueError)
    return int(value)


def _budget_ms(caller: str, value: "Any") -> float:
    wanted = f"a number of milliseconds above 0 and at most {_MOST_MS} (a day)"
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        _wrong(caller, "budget_ms", wanted, value)
    if not 0 < value <= _MOST_MS:  # also refuses NaN
        _wrong(caller, "budget_ms", wanted, value, ValueError)
    return float(value)


def _infer(caller: str, value: "Any") -> bool:
    if not isinstance(value, bool):
        _wrong(caller, "infer", "True or False", value)
    return value


def _profile(caller: str, value: "Any") -> bool:
    if not isinstance(value, bool):
        _wrong(caller, "profile", "True or False", value)
    return value


_CHECKS = {
    "sample_args": _sample_args,
    "sample_kwargs": _sample_kwargs,
    "when": _when,
    "budget_calls": _budget_calls,
    "budget_ms": _budget_ms,
    "infer": _infer,
    "profile": _profile,
    "threshold": _threshold,
}
