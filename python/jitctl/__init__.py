"""Per-function control over the JIT of the interpreter you run on.

    from jitctl import jit_focus, jit_ignore, jit_once

    @jit_focus     # hot: get this compiled as early as possible
    @jit_ignore    # cold, rare or risky: never compile this
    @jit_once      # compile and specialise once, then leave it alone: it sees many types

Each returns the very object it was given. What a hint came to is read with `stats()`;
``python -m jitctl doctor`` says what this interpreter can do.

This module is all that ``import jitctl`` loads beside `_router` and `_settings`; whatever a plain
``@jit_focus`` does not need is imported when it is first used.
"""

import sys

from ._router import backend as _backend
from ._router import settings as _settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Literal, Protocol, TypeVar, overload

    from . import profiler as profiler
    from . import rules as rules
    from ._errors import BackendError as BackendError
    from ._process.explain import Explanation as Explanation
    from ._process.explain import explain as explain
    from ._process.inventory import compiled as compiled
    from ._process.inventory import status as status
    from ._process.switch import disable as disable
    from ._process.switch import enable as enable
    from ._process.switch import remove as remove
    from ._stats import Stats as Stats
    from ._stats import stats as stats
    from ._stats.profile import Profile as Profile
    from ._stats.records import Reason as Reason
    from ._stats.records import Record as Record
    from ._stats.records import Verdict as Verdict
    from ._version import __version__ as __version__

    class _Descriptor(Protocol):
        """A property, classmethod, cached_property and their like: not None, a number or a text."""

        def __get__(self, instance: Any, owner: Any = None, /) -> Any: ...

    # One type variable for the whole object says more than ParamSpec could: the result *is* the
    # argument, so overloads, properties, classes and attributes stay what they were.
    T = TypeVar("T", bound="Callable[..., Any] | _Descriptor")
    SampleArgs = Sequence[Any] | Callable[[], Sequence[Any]]
    SampleKwargs = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    When = Literal["first-call", "decoration", "background"]

__all__ = [
    "BackendError",
    "Explanation",
    "Profile",
    "Reason",
    "Record",
    "Stats",
    "Verdict",
    "__version__",
    "compiled",
    "disable",
    "enable",
    "explain",
    "jit_focus",
    "jit_ignore",
    "jit_once",
    "profiler",
    "remove",
    "rules",
    "stats",
    "status",
]

_LAZY = {
    "__version__": "_version",
    "BackendError": "_errors",
    "Explanation": "_process.explain",
    "Profile": "_stats.profile",
    "Reason": "_stats.records",
    "Record": "_stats.records",
    "Verdict": "_stats.records",
    "Stats": "_stats",
    "compiled": "_process.inventory",
    "disable": "_process.switch",
    "enable": "_process.switch",
    "explain": "_process.explain",
    "remove": "_process.switch",
    "stats": "_stats",
    "status": "_process.inventory",
}
_MISSING: "Any" = object()
_Function = type(lambda: None)
#: Where the interpreter ends, a finalizer may still give hints: they are of no use then, and must not raise. Later on
#: nothing can be imported any more, and last of all the names of this module are None.
_is_ending = sys.is_finalizing
#: sys._jit.is_enabled where there is such a thing
_compiles: "Any" = getattr(getattr(sys, "_jit", None), "is_enabled", None)

_focus = _backend.get_strategy("focus")
_ignore = _backend.get_strategy("ignore")
_once = _backend.get_strategy("once")

if TYPE_CHECKING:

    @overload
    def jit_focus(
        function: T,
        /,
        *,
        sample_args: SampleArgs = ...,
        sample_kwargs: SampleKwargs = ...,
        when: When = ...,
        budget_calls: int = ...,
        budget_ms: float = ...,
        infer: bool = ...,
        profile: bool = ...,
        threshold: int = ...,
        backend: str = ...,
    ) -> T: ...
    @overload
    def jit_focus(
        *,
        sample_args: SampleArgs = ...,
        sample_kwargs: SampleKwargs = ...,
        when: When = ...,
        budget_calls: int = ...,
        budget_ms: float = ...,
        infer: bool = ...,
        profile: bool = ...,
        threshold: int = ...,
        backend: str = ...,
    ) -> Callable[[T], T]: ...


def jit_focus(function: "Any" = _MISSING, /, **options: "Any") -> "Any":
    """Ask for this function to be compiled as early as possible.

    `function` is a function, method, property or class (then: all functions it defines).
    With keywords only, a decorator is returned. Keywords, all optional:

    * ``sample_args``, ``sample_kwargs``: arguments of one call of the underlying function that may
      be made to warm it up, or a callable that makes fresh ones; ``sample_args=()`` is a call
      without arguments.
    * ``when``: ``"first-call"`` (default), ``"decoration"`` or ``"background"``.
    * ``budget_calls`` (1 or more) and ``budget_ms`` (milliseconds): the most a warm-up may take.
    * ``infer``: True allows calls with arguments inferred from annotations, default values and the
      bytecode; by default a warm-up does that only where the function's instructions allow no
      effect, and False never.
    * ``profile``: True counts and times the calls (`jitctl.profiler`); False stops that.
    * ``threshold`` (1 to 4,000): how many iterations of a loop are interpreted before it is compiled;
      a function without a loop is compiled ten calls later. By default as few as make sense, 2. A
      JIT compiles what it sees in the iteration after that, so give more where the first ones are
      not like the rest. Not together with samples, which compile before the first call.
    * ``backend``: which backends may serve the hint, names with commas, where several are in use
      (``JITCTL_BACKEND=compiler,native``): ``backend="native"`` passes the compiler by.

    The same object is returned. TypeError or ValueError name the argument that is wrong. Above
    ``@property`` it works, too; mypy, which has no decorator there, wants
    ``# type: ignore[prop-decorator]`` or the hint below.
    """
    if _backend is None or _is_ending():
        return function if type(function) is not object else lambda thing: thing
    if type(function) is _Function and not options and not hasattr(function, "__wrapped__"):
        _focus.apply(function, None, "function")
        return function
    return _hint(_focus, function, options)


if TYPE_CHECKING:

    @overload
    def jit_ignore(function: T, /, *, profile: bool = ...) -> T: ...
    @overload
    def jit_ignore(*, profile: bool = ...) -> Callable[[T], T]: ...


def jit_ignore(function: "Any" = _MISSING, /, **options: "Any") -> "Any":
    """Ask for this function never to be compiled: it is cold, rare or risky.

    `function` is a function, method, property or class. The only keyword is ``profile``, as of
    `jit_focus`. The same object is returned.
    """
    if _backend is None or _is_ending():
        return function if type(function) is not object else lambda thing: thing
    if type(function) is _Function and not options and not hasattr(function, "__wrapped__"):
        _stop_recording()
        _ignore.apply(function, None, "function")
        return function
    return _hint(_ignore, function, options)


def _stop_recording() -> None:
    """Have CPython give up the trace that it records here: the function to be ignored may be part of it already.

    On 3.15 a recording ends without a trace where an exception is caught (measured; test_ignore.py shows it).
    """
    if _compiles is None or not _compiles():
        return
    try:
        raise LookupError
    except LookupError:
        pass


if TYPE_CHECKING:

    @overload
    def jit_once(
        function: T,
        /,
        *,
        sample_args: SampleArgs = ...,
        sample_kwargs: SampleKwargs = ...,
        when: When = ...,
        budget_calls: int = ...,
        budget_ms: float = ...,
        infer: bool = ...,
        profile: bool = ...,
        backend: str = ...,
    ) -> T: ...
    @overload
    def jit_once(
        *,
        sample_args: SampleArgs = ...,
        sample_kwargs: SampleKwargs = ...,
        when: When = ...,
        budget_calls: int = ...,
        budget_ms: float = ...,
        infer: bool = ...,
        profile: bool = ...,
        backend: str = ...,
    ) -> Callable[[T], T]: ...


def jit_once(function: "Any" = _MISSING, /, **options: "Any") -> "Any":
    """Ask for one compilation and no more: this function sees many types.

    Takes what `jit_focus` takes, save ``threshold``, and returns the same object.
    """
    if _backend is None or _is_ending():
        return function if type(function) is not object else lambda thing: thing
    if type(function) is _Function and not options and not hasattr(function, "__wrapped__"):
        _once.apply(function, None, "function")
        return function
    return _hint(_once, function, options)


def _hint(strategy: "Any", thing: "Any", options: "dict[str, Any]") -> "Any":
    """Everything but a plain function without keywords: methods, classes, options, mistakes."""
    from . import _applying, _options, _targets

    name = f"jit_{strategy.hint}"
    given = _options.validated(name, strategy.hint, options) if options else None

    def decorate(thing: "Any") -> "Any":
        found = _targets.find(thing, name)
        fitted = _options.fitted(name, given, thing, found.outermost()) if given else None
        if strategy.hint == "ignore":
            _stop_recording()
        _applying.apply(strategy, thing, found, fitted)
        return thing

    return decorate if thing is _MISSING else decorate(thing)


if not TYPE_CHECKING:  # or a checker would believe in every name

    def __getattr__(name: str) -> "Any":
        """Import what is not needed at once when it is first asked for (PEP 562)."""
        if name in ("profiler", "rules"):
            return __import__(f"{__name__}.{name}", fromlist=[name])
        if name not in _LAZY:
            raise AttributeError(f"module 'jitctl' has no attribute {name!r}")
        module = __import__(f"{__name__}.{_LAZY[name]}", fromlist=[name])
        value = globals()[name] = getattr(module, name)
        return value


def __dir__() -> list[str]:
    """List the public names, also those not imported yet."""
    return sorted({*globals(), *__all__})


if _settings.hints and not _settings.disabled:
    __import__(f"{__name__}.rules", fromlist=["rules"]).from_environment(_settings.hints)
