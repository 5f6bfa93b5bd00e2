"""Arguments for a warm-up for which nobody gave samples, and whether a call with them is allowed.

Imported when such a training is about to happen, not before. The way through:

    prepared       here            what the training crate asks: arguments for this function, or why not
    plans          arguments       what each parameter may be: annotations, then default values, then usage
    obstacle       rule            what forbids a call that nobody asked for; expressions, steps: how it reads the code
"""

from __future__ import annotations

from types import FunctionType

from ..._verdicts import HAS_EFFECTS, NO_SAMPLES
from ..interruption import reraise_foreign
from .arguments import UnknownError, plans
from .rule import obstacle
from .samples import Sample, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..interruption import Baseline

    Factory = Callable[[], Any]
    #: sample_args and sample_kwargs (makers of fresh ones), what they are in words, and the confidence
    Offer = tuple[Factory, Factory, str, float]
    #: code, message, advice
    Refusal = tuple[str, str, str]

_ADVICE = "pass sample_args=(...) with arguments for which a call does no harm"
_FORCE = f"{_ADVICE}, or infer=True if a call with made-up arguments does none"


def prepared(function: FunctionType, forced: bool, before: Baseline | None = None) -> list[Offer] | Refusal:
    """Give sets of arguments to call a function with, the likeliest first, or why there are none.

    Without `forced`, only such as the rule allows a call with; and no class is called to make one. `before` is what
    was true before the training, to tell exceptions from outside.
    """
    try:
        found = plans(function, forced, before)
        refusals = [] if forced else [_forbidden(function, *plan) for plan in found]
    except UnknownError as unknown:
        return NO_SAMPLES, f"nothing was called: {unknown}", _ADVICE if forced else _FORCE
    except Exception as error:  # `__init__` of an instance that is made may raise
        reraise_foreign(error, before)
        why = type(error).__name__
        return NO_SAMPLES, f"nothing was called: making the arguments raised {why}", "pass sample_args=(...)"
    allowed = found if forced else [plan for plan, refusal in zip(found, refusals, strict=False) if refusal is None]
    if not allowed:
        return HAS_EFFECTS, f"nothing was called, since {refusals[0]}", _FORCE
    return [_offer(function, *plan) for plan in allowed[: 1 if forced else None]]


def _forbidden(function: FunctionType, args: list[Sample], kwargs: dict[str, Sample]) -> str | None:
    return obstacle(function, [one.make() for one in args], {name: one.make() for name, one in kwargs.items()})


def _offer(function: FunctionType, args: list[Sample], kwargs: dict[str, Sample]) -> Offer:
    names = [*function.__code__.co_varnames[: len(args)], *kwargs]
    samples = [*args, *kwargs.values()]
    words = [f"{name}={shown(one.make())} ({one.source})" for name, one in zip(names, samples, strict=False)]
    text = f"inferred arguments: {', '.join(words)}" if words else "it takes no arguments"
    confidence = min([one.confidence for one in samples], default=1.0)

    def positional() -> tuple[Any, ...]:
        return tuple([one.make() for one in args])

    def keywords() -> dict[str, Any]:
        return {name: one.make() for name, one in kwargs.items()}

    return positional, keywords, text, confidence
