"""Which functions an object stands for, and why some objects stand for none.

| object | functions that get the hint |
| --- | --- |
| function, lambda, generator, async function, closure | itself |
| bound method | its ``__func__`` |
| staticmethod, classmethod, partialmethod, cached_property | the function inside |
| property | getter, setter and deleter, as far as they exist |
| singledispatch function or method | the implementations registered so far (the dispatcher's code is not its own) |
| class | everything of the above that its own body holds; nothing inherited, no nested class |

A nested class is left out because it is an object of its own: whoever wants it hinted can decorate
it, and a hint that reached it unseen could not be taken back. A wrapper made by another decorator
gets the hint itself, not the function it wraps: the hint belongs nearest to the ``def``.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple

    #: an object without bytecode: object, code, message, advice
    Gap = Tuple[Any, str, str, str]
    Found = Tuple[List[Any], List[Gap]]

_Function = type(lambda: None)
Method = type((lambda: None).__get__(0))
_MappingProxy = type(type.__dict__)
#: what the interpreter's own functions and methods are, by type
_BUILTINS = tuple(
    {type(len), type(str.upper), type(object.__init__), type((0).__add__), type(dict.__dict__["fromkeys"])}
    - {_Function, Method}
)


def resolve(thing: "Any", caller: str) -> "Found":
    """Return the functions that `thing` stands for, and what in it has no bytecode.

    `caller` is the name to use in the TypeError for what cannot be called at all.
    """
    functions: "list[Any]" = []
    gaps: "list[Gap]" = []
    if isinstance_exactly(thing, type):
        _class(thing, functions, gaps)
    elif not _collect(thing, functions, gaps):
        wanted = "a function, method, property or class"
        raise TypeError(f"{caller} needs {wanted}; got {shown(thing)}")
    return functions, gaps


def stands_for_several(thing: "Any") -> bool:
    """Say whether `thing` is of a kind that can stand for more than one function."""
    kind = type(thing)
    return (
        issubclass(kind, (type, property))
        or _is_dispatcher(thing)
        or issubclass(kind, _functools("singledispatchmethod"))
    )


def isinstance_exactly(thing: "Any", kind: "Any") -> bool:
    """`isinstance` that does not believe a ``__class__`` property, as mocks have one."""
    return issubclass(type(thing), kind)


def shown(thing: "Any") -> str:
    """Describe an object in a message: ``3 (int)``, at most some 60 characters, never failing."""
    import reprlib  # cuts long and deep objects short, and survives a __repr__ that raises

    named = type(thing) is _Function or isinstance_exactly(thing, type)
    text = thing.__qualname__ if named else reprlib.repr(thing)
    if len(text) > 50:
        text = "…" + text[-49:] if named else text[:49] + "…"  # of a dotted name, the end says most
    return f"{text} ({type(thing).__name__})"


def _functools(name: str) -> "Tuple[type, ...]":
    """Return the class `name` of functools for `issubclass`; nothing while nobody imported functools."""
    found = getattr(sys.modules.get("functools"), name, None)
    return (found,) if isinstance(found, type) else ()


def _is_dispatcher(thing: "Any") -> bool:
    """Say whether `thing` is what functools.singledispatch returned: a wrapper with a registry."""
    return type(thing) is _Function and hasattr(thing, "dispatch") and type(_registry(thing)) is _MappingProxy


def _registry(thing: "Any") -> "Any":
    return getattr(thing, "registry", None)


def _collect(thing: "Any", functions: "list[Any]", gaps: "list[Gap]") -> bool:
    """Add what one object that is no class stands for; False when it cannot be called at all."""
    kind = type(thing)
    if kind is _Function:
        for one in _registry(thing).values() if _is_dispatcher(thing) else (thing,):
            if type(one) is _Function and one not in functions:
                functions.append(one)
        return True
    if issubclass(kind, (Method, staticmethod, classmethod)):
        return _collect(thing.__func__, functions, gaps)
    if issubclass(kind, property):
        parts = [part for part in (thing.fget, thing.fset, thing.fdel) if part is not None]
        if not parts:
            gaps.append((thing, "no-functions", "this property has no function yet", "hint its getter instead"))
        return all(_collect(part, functions, gaps) for part in parts)
    if issubclass(kind, _functools("cached_property") + _functools("partialmethod")):
        return _collect(thing.func, functions, gaps)
    if issubclass(kind, _functools("singledispatchmethod")):
        return _collect(thing.dispatcher, functions, gaps)
    gap = _gap(thing, kind)
    if gap is not None:
        gaps.append(gap)
    return gap is not None


def _gap(thing: "Any", kind: type) -> "Optional[Gap]":
    """Say why a callable object has no bytecode of its own; None when it is not callable.

    Its ``__repr__`` is not used: that would be user code nobody asked to run.
    """
    if not callable(thing):
        return None
    if issubclass(kind, _functools("partial")):
        advice = "hint the function inside the partial instead"
        return thing, "partial", "a functools.partial has no bytecode of its own", advice
    if issubclass(kind, _functools("_lru_cache_wrapper")):
        advice = "put the decorator below lru_cache or cache, nearest to the def"
        return thing, "lru-cache", f"{_name(thing)} is a cache in front of a function and has no bytecode", advice
    if issubclass(kind, _BUILTINS):
        message = f"{_name(thing)} is built into the interpreter or an extension and has no bytecode"
        return thing, "builtin", message, "leave the hint out; there is nothing to compile"
    if type(getattr(kind, "__call__", None)) is _Function:  # noqa: B004 - which kind of callable, not whether
        message = f"an instance of {kind.__qualname__} can be called but is not a function"
        return thing, "callable-instance", message, f"hint {kind.__qualname__}.__call__, or the whole class"
    message = f"a {kind.__qualname__} is implemented outside Python and has no bytecode"
    return thing, "c-function", message, "hint the Python function that calls it, or the one it calls"


def _name(thing: "Any") -> str:
    return str(getattr(thing, "__qualname__", "this object"))


def _class(thing: "Any", functions: "list[Any]", gaps: "list[Gap]") -> None:
    """Add every function that the body of a class holds, and the caches in front of some.

    Other attributes without bytecode (``name = len``, nested classes) are no functions of this class.
    """
    members: "Tuple[Any, ...]" = (_Function, staticmethod, classmethod, property)
    for name in ("cached_property", "partialmethod", "singledispatchmethod", "_lru_cache_wrapper"):
        members += _functools(name)
    compiled = False
    for value in list(vars(thing).values()):
        kind = type(value)
        compiled = compiled or issubclass(kind, _BUILTINS)
        if issubclass(kind, members):
            inner: "list[Gap]" = []
            _collect(value, functions, inner)
            gaps.extend(gap for gap in inner if gap[1] == "lru-cache")
    if functions or gaps:
        return
    name = thing.__qualname__
    if compiled:
        advice = "leave the hint out; a subclass's own Python methods can have it"
        gaps.append((thing, "c-class", f"class {name} is implemented outside Python and has no bytecode", advice))
    else:
        advice = "hint the class whose body holds the methods; hints are not inherited"
        gaps.append((thing, "no-functions", f"the body of class {name} defines no function", advice))
