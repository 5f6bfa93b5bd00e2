"""Arguments for a warm-up for which nobody gave samples, and whether a call with them can do any harm.

Imported when such a training is about to happen, not before. The way through:

    prepared        here              what the training crate asks: arguments for this function, or why not
    annotations, samples, usage       what the arguments are: annotation before default before usage
    frames, opcodes, calls, semantics, outside, tables, lattice
                                      the function's bytecode, followed with such arguments: has it effects?
"""

from types import FunctionType

from .annotations import Annotations, raw
from .frames import Frames
from .lattice import TOO_INVOLVED, TOO_LARGE, EffectError
from .outside import is_abstract, why_not_simple
from .samples import Sample, copied, shown
from .usage import choices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Optional, Union

    Factory = Callable[[], Any]
    #: sample_args and sample_kwargs (makers of fresh ones), what they are in words, and the confidence
    Offer = tuple[Factory, Factory, str, float]
    #: code, message, advice
    Refusal = tuple[str, str, str]

#: sets of arguments that are offered
MOST_OFFERS = 5
#: abstract steps after which no further set of arguments is judged: some functions take a tenth of a second for each
ENOUGH_STEPS = 6_000
_ADVICE = "pass sample_args=(...) with arguments for which a call does no harm"
_FORCE = f"{_ADVICE}, or infer=True if a call with made-up arguments does none"


class _UnknownError(Exception):
    """An argument could not be inferred."""


def prepared(function: FunctionType, forced: bool) -> "Union[list[Offer], Refusal]":
    """Give sets of arguments to call a function with, the likeliest first, or why there are none.

    Without `forced`, only such for which a call is shown to have no effects.
    """
    try:
        return _prepared(function, forced)
    except Exception as error:  # `__init__` of an instance that is made may raise
        why = type(error).__name__
        return "no-samples", f"nothing was called: making the arguments raised {why}", "pass sample_args=(...)"


def _prepared(function: FunctionType, forced: bool) -> "Union[list[Offer], Refusal]":
    try:
        plans = _plans(function, forced)
    except _UnknownError as unknown:
        return "no-samples", f"nothing was called: {unknown}", "pass sample_args=(...)"
    offers: "list[Offer]" = []
    refusal: "Optional[Refusal]" = None
    steps = 0
    for args, kwargs in plans:
        if not forced:
            if steps > ENOUGH_STEPS:
                break
            judge = Frames()
            named = {key: one.make() for key, one in kwargs.items()}
            effect = effect_of(function, [one.make() for one in args], named, judge)
            steps += judge.steps
            if effect is not None:
                refusal = refusal or _refused(function, effect)
                if effect.what in (TOO_LARGE, TOO_INVOLVED):
                    break  # so it is with other arguments, and each look takes its time
                continue
        offers.append(_offer(function, args, kwargs))
        if forced:
            break
    return offers or refusal or ("no-samples", "nothing was called: no arguments could be inferred", _ADVICE)


def effect_of(
    function: FunctionType, args: "list[Any]", kwargs: "dict[str, Any]", judge: "Optional[Frames]" = None
) -> "Optional[EffectError]":
    """Give the effect that a call with such arguments may have; None if it is shown to have none."""
    judge = judge or Frames()
    try:
        outside = judge.outside
        judge.judge(
            function,
            [outside.value(one, "own") for one in args],
            {key: outside.value(one, "own") for key, one in kwargs.items()},
        )
    except EffectError as effect:
        # Its traceback would hold the frames of the program, and what they hold, until a collection.
        return effect.with_traceback(None)
    except RecursionError:
        return EffectError(TOO_INVOLVED)
    return None


def _refused(function: FunctionType, effect: EffectError) -> "Refusal":
    place = f" (line {effect.line})" if effect.line else ""
    file = effect.args[1] if len(effect.args) > 1 else function.__code__.co_filename
    if place and file != function.__code__.co_filename:
        place = f" ({file}:{effect.line})"
    return "has-effects", f"nothing was called, since a call may have effects: it {effect.what}{place}", _FORCE


def _offer(function: FunctionType, args: "list[Sample]", kwargs: "dict[str, Sample]") -> "Offer":
    names = [*function.__code__.co_varnames[: len(args)], *kwargs]
    samples = [*args, *kwargs.values()]
    words = [f"{name}={shown(one.make())} ({one.source})" for name, one in zip(names, samples)]
    text = f"inferred arguments: {', '.join(words)}" if words else "it takes no arguments"
    confidence = min([one.confidence for one in samples], default=1.0)

    def positional() -> "tuple[Any, ...]":
        return tuple([one.make() for one in args])

    def keywords() -> "dict[str, Any]":
        return {name: one.make() for name, one in kwargs.items()}

    return positional, keywords, text, confidence


def _plans(function: FunctionType, forced: bool) -> "list[tuple[list[Sample], dict[str, Sample]]]":
    """Give sets of samples: the first of everything, then one other choice at a time."""
    code = function.__code__
    maker = _Maker(function, forced)
    positional = code.co_varnames[: code.co_argcount]
    only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    offered = [maker.options(name, place) for place, name in enumerate(positional)]
    while offered and offered[-1] == []:  # trailing defaults are left to the call
        offered.pop()
    for place, options in enumerate(offered):
        if not options:
            offered[place] = maker.default(positional[place])
    worded = {name: options for name in only if (options := maker.options(name, -1))}
    most = max([len(options) for options in [*offered, *worded.values()]], default=1)
    plans = []
    for rank in range(min(most, MOST_OFFERS)):
        args = [options[min(rank, len(options) - 1)] for options in offered]
        kwargs = {name: options[min(rank, len(options) - 1)] for name, options in worded.items()}
        plans.append((args, kwargs))
    return plans


class _Maker:
    """Finds what each parameter of one function may be."""

    def __init__(self, function: FunctionType, forced: bool, depth: int = 0) -> None:
        self._function = function
        self._forced = forced
        self._depth = depth
        self._forms = raw(function)
        self._annotations = Annotations(function, self._maybe_instance)
        code = function.__code__
        defaults = function.__defaults__ or ()
        self._defaults = dict(zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults))
        self._defaults.update(function.__kwdefaults__ or {})
        self._usage = choices(code, function.__globals__)

    def options(self, name: str, place: int) -> "list[Sample]":
        """Give what a parameter may be; an empty list leaves it to its default. Raises _UnknownError."""
        form = self._forms.get(name)
        owner = _owner(self._function) if place == 0 and form is None else None
        if owner is not None:
            return self._receiver(name, *owner)
        sample = self._annotations.sample(form) if name in self._forms else None
        if name in self._defaults:
            default = self._defaults[name]
            telling = default is None or type(default) is bool or (copied(default) is not None and bool(default))
            return [] if sample is None or telling else [sample]
        if sample is not None:
            return [sample]
        found = self._usage.get(name, [])
        if not found:
            why = "no annotation, no default, and its use does not say what it is"
            if name in self._forms:
                why = "nothing can be made from its annotation, and its use does not say what it is"
            if name in ("self", "cls"):
                why = "an instance is needed, and its class cannot be found"
            raise _UnknownError(f"the parameter {name} could not be inferred ({why})")
        return found

    def default(self, name: str) -> "list[Sample]":
        """Give a parameter's default value, for one that stands before others that are passed."""
        value = self._defaults[name]
        return [Sample(copied(value) or (lambda: value), "default")]

    def _receiver(self, name: str, cls: type, kind: str) -> "list[Sample]":
        if kind == "class":
            return [Sample(lambda: cls, "instance")]
        bare = self._bare(cls)
        if bare is not None and vars(cls).get("__init__") is self._function:
            return [Sample(bare, "instance")]  # which is what `__init__` gets
        try:
            return [Sample(self._instance(cls, self._depth), "instance")]
        except _UnknownError as unknown:
            if bare is not None and not self._forced:  # what the method does with it is judged
                return [Sample(bare, "instance without __init__")]
            needed = f"an instance of {cls.__name__}, which cannot be made without risk"
            raise _UnknownError(f"the parameter {name} needs {needed}: {unknown}") from None

    @staticmethod
    def _bare(cls: type) -> "Optional[Callable[[], Any]]":
        """Give what makes instances without their `__init__`."""
        return None if why_not_simple(cls) or is_abstract(cls) else lambda: object.__new__(cls)

    def _maybe_instance(self, cls: type, depth: int) -> "Optional[Callable[[], Any]]":
        try:
            return self._instance(cls, depth)
        except _UnknownError:
            return None

    def _instance(self, cls: type, depth: int) -> "Callable[[], Any]":
        """Give what makes an instance of a class, where making one is shown to do no harm. Raises _UnknownError."""
        why = why_not_simple(cls)
        # A class may want an instance of itself.
        if self._depth > 2:
            why = "its making needs instances that need instances"
        elif why is None and is_abstract(cls):
            why = "it is abstract"
        if why is not None:
            raise _UnknownError(why)
        init = next((vars(owner)["__init__"] for owner in cls.__mro__ if "__init__" in vars(owner)), None)
        if init is object.__init__:
            return cls
        if type(init) is not FunctionType:
            raise _UnknownError("its __init__ is not a plain function")
        maker = _Maker(init, self._forced, self._depth + 1)
        code = init.__code__
        offered = [maker.options(name, -1) for name in code.co_varnames[1 : code.co_argcount]]
        only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        worded = {name: options[0] for name in only if (options := maker.options(name, -1))}
        while offered and not offered[-1]:
            offered.pop()
        names = code.co_varnames[1:]
        samples = [options[0] if options else maker.default(name)[0] for name, options in zip(names, offered)]
        effect = effect_of(
            init, [object.__new__(cls), *[one.make() for one in samples]], {k: v.make() for k, v in worded.items()}
        )
        if effect is not None:
            raise _UnknownError(f"its __init__ {effect.what}")
        return lambda: cls(*[one.make() for one in samples], **{key: one.make() for key, one in worded.items()})


def _owner(function: FunctionType) -> "Optional[tuple[type, str]]":
    """Find the class that defines a method, by its qualified name; say whether its first argument is an instance."""
    path = function.__qualname__.split(".")
    found: "Any" = function.__globals__.get(path[0])
    for part in path[1:-1]:
        found = vars(found).get(part) if isinstance(found, type) else None
    if len(path) < 2 or not isinstance(found, type):
        return None
    for member in vars(found).values():
        if member is function or (type(member) is property and member.fget is function):
            return found, "instance"
        if isinstance(member, classmethod) and member.__func__ is function:
            return found, "class"
    return None
