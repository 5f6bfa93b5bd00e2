"""Which functions an object stands for, and why some objects stand for none.

| object | functions that get the hint |
| --- | --- |
| function, lambda, generator, async function, closure | itself |
| a decorator's wrapper (``__wrapped__``), cache or partial | the wrapper, if it has bytecode, and the function inside |
| bound method | its ``__func__`` |
| staticmethod, classmethod, partialmethod, cached_property | the function inside |
| property | getter, setter and deleter, as far as they exist |
| singledispatch function or method | the implementations registered so far (the dispatcher's code is not its own) |
| class | everything of the above that its own body defines; nothing inherited or shared, no nested class |

A nested class is left out because it is an object of its own: whoever wants it hinted can decorate
it, and a hint that reached it unseen could not be taken back.
"""

from __future__ import annotations

from . import _verdicts, _wrapping
from ._ownership import defined_by
from ._wrapping import BUILTINS, Function, Method, of_functools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    #: an object without bytecode: object, code, message, advice
    Gap = tuple[Any, str, str, str]

_MappingProxy = type(type.__dict__)
#: functions in a class that nobody wrote (from 3.14 on)
_MADE_BY_COMPILER = ("__annotate__", "__annotate_func__")


class Found:
    """What an object stands for."""

    __slots__ = ("functions", "gaps", "reached", "_owner")

    def __init__(self, owner: type | None = None) -> None:
        """Start with nothing; with an `owner`, only that class's own functions are taken."""
        self.functions: list[Any] = []
        self.gaps: list[Gap] = []
        #: id of a function -> the wrappers, outermost first, through which it was reached
        self.reached: dict[int, tuple[Any, ...]] = {}
        self._owner = owner

    def add(self, function: Any, through: tuple[Any, ...]) -> None:
        """Take the function, once, if it may be taken."""
        if id(function) in self.reached:
            return
        if self._owner is not None and not defined_by(self._owner, function, (*through, function)[0]):
            return
        self.functions.append(function)
        self.reached[id(function)] = through

    def outermost(self) -> list[Any]:
        """List the functions that were not reached through another one of these."""
        taken = {id(one) for one in self.functions}
        return [one for one in self.functions if not any(id(outer) in taken for outer in self.reached[id(one)])]


def find(thing: Any, caller: str) -> Found:
    """Find the functions that `thing` stands for, and what in it has no bytecode.

    `caller` is the name to use in the TypeError for what cannot be called at all.
    """
    if isinstance_exactly(thing, type):
        return _of_class(thing)
    found = Found()
    if not _collect(thing, found, ()):
        held = " put the decorator below it, nearest to the def" if hasattr(type(thing), "__get__") else ""
        wanted = "a function, method, property or class"
        raise TypeError(f"{caller} needs {wanted}; got {shown(thing)}{held and ';' + held}")
    return found


def resolve(thing: Any, caller: str) -> tuple[list[Any], list[Gap]]:
    """Return the functions that `thing` stands for, and what in it has no bytecode; see `find`."""
    found = find(thing, caller)
    return found.functions, found.gaps


def recorded(thing: Any, caller: str) -> list[Any]:
    """List the objects that can have a record of a hint on `thing`; its own comes first."""
    found = find(thing, caller)
    gaps = [gap[0] for gap in found.gaps]
    return [*gaps, *found.functions] if gaps[:1] == [thing] else [*found.functions, *gaps]


def stands_for_several(thing: Any) -> bool:
    """Say whether `thing` is of a kind that can stand for more than one function of equal standing."""
    return issubclass(type(thing), (type, property)) or _dispatcher(thing) is not None


def isinstance_exactly(thing: Any, kind: Any) -> bool:
    """`isinstance` that does not believe a ``__class__`` property, as mocks have one."""
    return issubclass(type(thing), kind)


def shown(thing: Any) -> str:
    """Describe an object in a message: ``3 (int)``, at most some 60 characters, never failing."""
    import reprlib  # cuts long and deep objects short, and survives a __repr__ that raises

    named = type(thing) is Function or isinstance_exactly(thing, type)
    text = thing.__qualname__ if named else reprlib.repr(thing)
    if len(text) > 50:
        text = "…" + text[-49:] if named else text[:49] + "…"  # of a dotted name, the end says most
    return f"{text} ({type(thing).__name__})"


def _dispatcher(thing: Any) -> Any:
    """Return the singledispatch function that `thing` is or goes to; None when it is something else.

    A wrapper has copies of a dispatcher's attributes (``registry``, ``dispatch``), so these prove nothing.
    """
    kind = type(thing)
    if issubclass(kind, of_functools("singledispatchmethod")):
        return thing.dispatcher
    if issubclass(kind, of_functools("_singledispatchmethod_get")):  # what C.method is, from 3.14 on
        return thing._unbound.dispatcher
    if kind is not Function or not hasattr(thing, "__wrapped__"):
        return None
    if issubclass(type(getattr(thing, "register", None)), Method) and thing.__code__.co_name == "_method":
        method = thing.register.__self__  # what C.method is, before
        ours = issubclass(type(method), of_functools("singledispatchmethod"))
        return method.dispatcher if ours and thing.__globals__ is type(method).__init__.__globals__ else None
    cells = dict(zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=False))
    dispatch = cells.get("dispatch")
    own = dispatch is not None and dispatch.cell_contents is getattr(thing, "dispatch", None)
    return thing if own and type(getattr(thing, "registry", None)) is _MappingProxy else None


def _collect(thing: Any, found: Found, through: tuple[Any, ...]) -> bool:
    """Add what one object that is no class stands for; False when it cannot be called at all."""
    kind = type(thing)
    dispatcher = _dispatcher(thing)
    if dispatcher is not None:
        for one in tuple(dispatcher.registry.values()):
            if not issubclass(type(one), (type, *BUILTINS)):
                _collect(one, found, through)
        return True
    if kind is Function:
        found.add(thing, through)
        return _collect_inside(thing, found, through)
    if issubclass(kind, (Method, staticmethod, classmethod)):
        return _collect(thing.__func__, found, through)
    if issubclass(kind, property):
        parts = [part for part in (thing.fget, thing.fset, thing.fdel) if part is not None]
        if not parts:
            found.gaps.append(
                (thing, _verdicts.NO_FUNCTIONS, "this property has no function yet", "hint its getter instead")
            )
        return all(_collect(part, found, through) for part in parts)
    if issubclass(kind, of_functools("cached_property", "partialmethod")):
        return _collect(thing.func, found, through)
    before = len(found.functions)
    wraps = _collect_inside(thing, found, through) and len(found.functions) > before
    gap = _gap(thing, kind, found.functions[before] if wraps else None)
    if gap is not None and not through:
        found.gaps.append(gap)
    return gap is not None


def _collect_inside(thing: Any, found: Found, through: tuple[Any, ...]) -> bool:
    """Go on with what the object wraps, unless that was met before; always True."""
    inner = _wrapping.inside(thing)
    if inner is not None and not any(inner is one for one in (*through, thing)):
        _collect(inner, found, (*through, thing))
    return True


def _gap(thing: Any, kind: type, wrapped: Any) -> Gap | None:
    """Say why a callable object has no bytecode of its own; None when it is neither callable nor a wrapper.

    Its ``__repr__`` is not used: that would be user code nobody asked to run.
    """
    if wrapped is not None:
        name = _wrapping.described(wrapped)
        code, message, _ = _reason(thing, kind)
        return thing, code, f"{message}; the function in it, {name}, has the hint", f"see stats() for {name}"
    return (thing, *_reason(thing, kind)) if callable(thing) else None


def _reason(thing: Any, kind: type) -> tuple[str, str, str]:
    """Return code, message and advice for an object that has no bytecode."""
    if _wrapping.by_numba(thing):
        message = f"{_name(thing)} is compiled by Numba (a {kind.__qualname__}): its calls do not run its bytecode"
        return _verdicts.NUMBA, message, "leave the hint out, or hint its py_func where that is called"
    if issubclass(kind, of_functools("partial")):
        return (
            _verdicts.PARTIAL,
            "a functools.partial has no bytecode of its own",
            "hint the function inside the partial instead",
        )
    if issubclass(kind, of_functools("_lru_cache_wrapper")):
        message = f"{_name(thing)} is a cache in front of a function and has no bytecode"
        return _verdicts.LRU_CACHE, message, "put the decorator below lru_cache or cache, nearest to the def"
    if issubclass(kind, BUILTINS):
        message = f"{_name(thing)} is built into the interpreter or an extension and has no bytecode"
        return _verdicts.BUILTIN, message, "leave the hint out; there is nothing to compile"
    if _wrapping.is_cython(thing):
        message = f"{_name(thing)} is compiled by Cython and has no bytecode"
        return _verdicts.C_FUNCTION, message, "leave the hint out; there is nothing to compile"
    if not callable(thing):
        return _verdicts.WRAPPER, f"a {kind.__qualname__} has no bytecode of its own", "hint the function in it instead"
    if type(getattr(kind, "__call__", None)) is Function:  # noqa: B004 - which kind of callable, not whether
        message = f"an instance of {kind.__qualname__} can be called but is not a function"
        return _verdicts.CALLABLE_INSTANCE, message, f"hint {kind.__qualname__}.__call__, or the whole class"
    message = f"a {kind.__qualname__} is implemented outside Python and has no bytecode"
    return _verdicts.C_FUNCTION, message, "hint the Python function that calls it, or the one it calls"


def _name(thing: Any) -> str:
    return str(getattr(thing, "__qualname__", "this object"))


def _of_class(owner: Any) -> Found:
    """Find every function that the body of a class defines, and name what other objects hold of them.

    Other attributes without bytecode (``name = len``, nested classes) are no functions of this class.
    """
    found = Found(owner)
    known: tuple[type, ...] = (Function, staticmethod, classmethod, property)
    known += of_functools("cached_property", "partialmethod", "singledispatchmethod", "_lru_cache_wrapper")
    compiled = False
    left: list[str] = []
    for name, value in list(vars(owner).items()):
        if name in _MADE_BY_COMPILER:
            continue
        kind = type(value)
        compiled = compiled or (issubclass(kind, BUILTINS) and _is_of(owner, value))
        if issubclass(kind, known):
            _collect(value, found, ())
        elif not issubclass(kind, (type, *BUILTINS)):
            left += _left_out(owner, name, value)
    gaps = [gap for gap in found.gaps if gap[1] == _verdicts.LRU_CACHE and _wrapping.inside(gap[0]) is None]
    found.gaps[:] = gaps
    if left:
        message = f"functions that other objects in class {owner.__qualname__} hold have no hint: {', '.join(left)}"
        advice = "put the decorator on each, nearest to its def, or hint it as it is shown here"
        found.gaps.append((owner, _verdicts.LEFT_OUT, message, advice))
    elif not found.functions and not found.gaps:
        found.gaps.append(_nothing(owner, compiled))
    return found


def _left_out(owner: type, name: str, value: Any) -> list[str]:
    """List the class's own functions that a descriptor or another object holds, as expressions that give them."""
    found: dict[int, str] = {}  # one way to each function: it often stands there twice, as __wrapped__ too
    for attribute, held in _wrapping.own_attributes(value).items():
        one = _wrapping.innermost(held)
        if type(one) is Function and defined_by(owner, one, one):
            found.setdefault(id(one), f"vars({owner.__name__})[{name!r}].{attribute}")
    return list(found.values())


def _is_of(owner: type, builtin: Any) -> bool:
    """Say whether a builtin method was made for this class: an Enum holds that of another, `object.__new__`."""
    return getattr(builtin, "__objclass__", getattr(builtin, "__self__", None)) is owner


def _nothing(owner: Any, compiled: bool) -> Gap:
    name = owner.__qualname__
    if compiled:
        message = f"class {name} is implemented outside Python and has no bytecode"
        return owner, _verdicts.C_CLASS, message, "leave the hint out; a subclass's own Python methods can have it"
    advice = "hint the class whose body holds the methods; hints are not inherited"
    return owner, _verdicts.NO_FUNCTIONS, f"the body of class {name} defines no function", advice
