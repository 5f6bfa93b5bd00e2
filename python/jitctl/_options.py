"""Are the keywords right? Only called when keywords were given.

A mistake is an error where the decorator stands, not a warm-up that silently does nothing later.
"""

from __future__ import annotations

from ._keywords import KEYWORDS
from ._wrapping import Method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from inspect import Signature
    from typing import Any

_SAMPLES = {"sample_args", "sample_kwargs"}


def validated(caller: str, hint: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return a checked copy of `options`, with sequences and mappings copied.

    Raises TypeError (unknown keyword, wrong type) or ValueError (value out of range), each naming
    the keyword and what is allowed.
    """
    allowed = {one.name: one for one in KEYWORDS if hint in one.hints}
    given = {}
    for key, value in options.items():
        if key not in allowed:
            raise TypeError(f"{caller} has no keyword {key!r}; allowed: {', '.join(allowed)}{_meant(key, allowed)}")
        given[key] = allowed[key].check(caller, key, value)
    if "threshold" in given and (given.get("infer") or given.keys() & _SAMPLES):
        raise ValueError(
            f"{caller}: threshold counts real calls, and sample_args, sample_kwargs and infer=True "
            "compile the function before them; give one or the other"
        )
    return given


def _meant(key: str, allowed: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, allowed, 1)
    return f"; did you mean {close[0]}?" if close else ""


def fitted(caller: str, given: dict[str, Any], thing: Any, functions: list[Any]) -> dict[str, Any]:
    """Check that the sample arguments fit the one function they describe, as far as they are known.

    They describe a call of the *underlying* function, so a method's include self and a class
    method's include the class; only for a bound method, which carries it, it is put in front here.
    Values that a callable will make cannot be checked before it is called. Raises ValueError.
    """
    if not given.keys() & _SAMPLES or not (functions or issubclass(type(thing), type)):
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


def for_wrapped(options: dict[str, Any] | None) -> dict[str, Any] | None:
    """Leave out the samples: they are a call of the wrapper, which calls the function inside with what it likes."""
    return options and {key: value for key, value in options.items() if key not in _SAMPLES}


def without_effect(options: dict[str, Any] | None, backend: str) -> list[str]:
    """Say which of the keywords do nothing, since there is nothing to call the function with.

    The backend warmup infers arguments by itself, unless ``infer`` is False.
    """
    given = options or {}
    calls = given.keys() & _SAMPLES or given.get("infer", "warmup" in backend)
    idle = [] if calls else [one.name for one in KEYWORDS if one.of_call and one.name in given]
    if not idle:
        return []
    has = "has" if len(idle) == 1 else "have"
    return [f"{', '.join(idle)} {has} no effect without sample_args, sample_kwargs or infer=True"]


def _behind(owner: Any, args: Any) -> Any:
    """Put `owner` (self or the class) in front of sample arguments, now or when they are made."""
    return (lambda: (owner, *args())) if callable(args) else (owner, *args)


def _check_call(caller: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
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


def _signature(function: Any) -> Signature:
    """Return the signature of this very function, without evaluating its annotations (3.14+)."""
    import inspect

    options: dict[str, Any] = {"follow_wrapped": False}
    form = (inspect.signature.__kwdefaults__ or {}).get("annotation_format")
    if form is not None:
        options["annotation_format"] = type(form).STRING
    return inspect.signature(function, **options)
