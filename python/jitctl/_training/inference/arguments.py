"""What the arguments of a function may be: its annotations, then default values, then its use."""

from __future__ import annotations

from abc import ABCMeta
from types import FunctionType

from .annotations import Annotations, raw
from .samples import Sample, copied
from .usage import choices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..interruption import Baseline

    #: positional arguments, and those by keyword
    Plan = tuple[list[Sample], dict[str, Sample]]

#: sets of arguments that are offered
MOST_PLANS = 5
_DEEPEST = 2


class UnknownError(Exception):
    """An argument could not be inferred."""


def plans(function: FunctionType, instances: bool, before: Baseline | None = None, depth: int = 0) -> list[Plan]:
    """Give sets of arguments: the likeliest of everything, then one other choice at a time.

    With `instances`, classes may be called for arguments that have to be instances. `before` is what was true before
    the training. Raises UnknownError.
    """
    code = function.__code__
    parameters = Parameters(function, instances, before, depth)
    positional = code.co_varnames[: code.co_argcount]
    only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    offered = [parameters.options(name, place) for place, name in enumerate(positional)]
    while offered and offered[-1] == []:  # trailing defaults are left to the call
        offered.pop()
    for place, options in enumerate(offered):
        if not options:
            offered[place] = parameters.default(positional[place])
    worded = {name: options for name in only if (options := parameters.options(name, -1))}
    most = max([len(options) for options in [*offered, *worded.values()]], default=1)
    found = []
    for rank in range(min(most, MOST_PLANS)):
        args = [options[min(rank, len(options) - 1)] for options in offered]
        kwargs = {name: options[min(rank, len(options) - 1)] for name, options in worded.items()}
        found.append((args, kwargs))
    return found


class Parameters:
    """Finds what each parameter of one function may be."""

    def __init__(self, function: FunctionType, instances: bool, before: Baseline | None, depth: int) -> None:
        self._function = function
        self._instances = instances
        self._before = before
        self._depth = depth
        self._forms = raw(function, before)
        code = function.__code__
        defaults = function.__defaults__ or ()
        self._defaults = dict(
            zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults, strict=False)
        )
        self._defaults.update(function.__kwdefaults__ or {})
        self._usage = choices(code, function.__globals__)
        self._why_no_instance: str | None = None

    def options(self, name: str, place: int) -> list[Sample]:
        """Give what a parameter may be; an empty list leaves it to its default. Raises UnknownError."""
        form = self._forms.get(name)
        owner = _owner(self._function) if place == 0 and form is None else None
        if owner is not None:
            return [self._receiver(name, *owner)]
        # Held by nobody else: it refers to this object, and a cycle would keep the function alive.
        annotations = Annotations(self._function, self._maybe_instance, self._before)
        self._why_no_instance = None
        sample = annotations.sample(form) if name in self._forms else None
        if name in self._defaults:
            default = self._defaults[name]
            telling = default is None or type(default) is bool or (copied(default) is not None and bool(default))
            return [] if sample is None or telling else [sample]
        if sample is not None:
            return [sample]
        if self._why_no_instance is not None:
            raise UnknownError(f"the parameter {name} needs {self._why_no_instance}")
        found = self._usage.get(name, [])
        if not found:
            why = "no annotation, no default, and its use does not say what it is"
            if name in self._forms:
                why = "nothing can be made from its annotation, and its use does not say what it is"
            if name in ("self", "cls"):
                why = "an instance is needed, and its class cannot be found"
            raise UnknownError(f"the parameter {name} could not be inferred ({why})")
        return found

    def default(self, name: str) -> list[Sample]:
        """Give a parameter's default value, for one that stands before others that are passed."""
        value = self._defaults[name]
        return [Sample(copied(value) or (lambda: value), "default")]

    def _receiver(self, name: str, cls: type, kind: str) -> Sample:
        if kind == "class":
            return Sample(lambda: cls, "instance")
        try:
            if vars(cls).get("__init__") is self._function and self._instances:
                return Sample(lambda: object.__new__(cls), "instance")  # which is what `__init__` gets
            return Sample(self._instance(cls), "instance")
        except UnknownError as unknown:
            raise UnknownError(f"the parameter {name} needs an instance of {cls.__name__}: {unknown}") from None

    def _maybe_instance(self, cls: type, _depth: int) -> Callable[[], Any] | None:
        try:
            return self._instance(cls)
        except UnknownError as unknown:
            self._why_no_instance = f"an instance of {cls.__name__}: {unknown}"
            return None

    def _instance(self, cls: type) -> Callable[[], Any]:
        """Give what makes an instance of a class by calling it. Raises UnknownError."""
        if not self._instances:
            raise UnknownError("making one calls the class, which is done with infer=True only")
        init: Any = next((vars(owner)["__init__"] for owner in cls.__mro__ if "__init__" in vars(owner)), None)
        if self._depth > _DEEPEST:  # a class may want an instance of itself
            raise UnknownError("its making needs instances that need instances")
        new: Any = cls.__new__
        if type(cls) not in (type, ABCMeta) or new is not object.__new__:
            raise UnknownError("its class has a __new__ or a metaclass of its own")
        if getattr(cls, "__abstractmethods__", None):
            raise UnknownError("it is abstract")
        if init is object.__init__:
            return cls
        if type(init) is not FunctionType:
            raise UnknownError("its __init__ is not a plain function")
        (_, *args), kwargs = plans(init, True, self._before, self._depth + 1)[0]
        return lambda: cls(*[one.make() for one in args], **{key: one.make() for key, one in kwargs.items()})


def _owner(function: FunctionType) -> tuple[type, str] | None:
    """Find the class that defines a method, by its qualified name; say whether its first argument is an instance."""
    path = function.__qualname__.split(".")
    found: Any = function.__globals__.get(path[0])
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
