"""What wraps what: from a decorator's wrapper to the function inside, and words for both.

A wrapper names what it wraps in ``__wrapped__``, as `functools.update_wrapper` leaves it; a
`functools.partial` in ``func``. Both are read without running code of the user's: nobody asked for that.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Function = type(lambda: None)
Method = type((lambda: None).__get__(0))


class _Slotted:
    __slots__ = ("slot",)


#: descriptors of C's: to read through them runs no Python code
_PLAIN_DESCRIPTORS = (type(_Slotted.__dict__["slot"]), type(Function.__dict__["__code__"]))
#: what the interpreter's own functions and methods are, by type
BUILTINS = tuple(
    {type(len), type(str.upper), type(object.__init__), type((0).__add__), type(dict.__dict__["fromkeys"])}
    - {Function, Method, classmethod, staticmethod}  # PyPy's are of these types
)


def of_functools(*names: str) -> tuple[type, ...]:
    """Return these classes of functools for `issubclass`; none of them while nobody imported functools."""
    module = sys.modules.get("functools")
    found = (getattr(module, name, None) for name in names)
    return tuple(one for one in found if isinstance(one, type))


def attribute(thing: Any, name: str) -> Any:
    """Read an attribute of the object or its class without running code of the user's; None where there is none."""
    for base in _bases(thing):
        descriptor = vars(base).get(name)
        if type(descriptor) in _PLAIN_DESCRIPTORS:
            return _through(descriptor, thing)
    return own_attributes(thing).get(name)


def own_attributes(thing: Any) -> dict[str, Any]:
    """Return what the object itself holds, by name: in its slots and its dict."""
    held: dict[str, Any] = {}
    for base in _bases(thing):
        for name, descriptor in vars(base).items():
            if name == "__dict__" and type(descriptor) in _PLAIN_DESCRIPTORS:
                found = _through(descriptor, thing)
                held.update(found if type(found) is dict else {})
            elif type(descriptor) is _PLAIN_DESCRIPTORS[0]:
                held.setdefault(name, _through(descriptor, thing))
    return held


def _bases(thing: Any) -> tuple[type, ...]:
    return tuple(type.__dict__["__mro__"].__get__(type(thing)))


def _through(descriptor: Any, thing: Any) -> Any:
    try:
        return descriptor.__get__(thing, type(thing))
    except Exception:  # an empty slot, or C code that refuses
        return None


def inside(thing: Any) -> Any:
    """Return what the object wraps, where that can lead to a function; otherwise None.

    A class or a builtin function inside ends the chain: a wrapper around it is not about a function of the user's.
    """
    found = None if by_numba(thing) else _wrapped(thing)
    kind = type(found)
    if found is None or issubclass(kind, type) or issubclass(kind, BUILTINS):
        return None
    return found if callable(found) or issubclass(kind, (staticmethod, classmethod)) else None


def _wrapped(thing: Any) -> Any:
    if issubclass(type(thing), of_functools("partial")):
        return thing.func
    if issubclass(type(thing), (Method, staticmethod, classmethod)):
        return thing.__func__
    return thing.__dict__.get("__wrapped__") if type(thing) is Function else attribute(thing, "__wrapped__")


def by_numba(thing: Any) -> bool:
    """Say whether Numba compiled this: its bytecode is kept in ``py_func``, and calls do not run it."""
    return str(type(thing).__module__).partition(".")[0] == "numba"


def innermost(thing: Any) -> Any:
    """Return the function at the end of a chain of partials, caches and the like, which a record is named by.

    A function is named by itself, whatever it wraps; so is what leads to nothing with a name of its own.
    """
    found, seen = thing, set[int]()
    while found is not None and type(found) is not Function and id(found) not in seen:
        if issubclass(type(found), BUILTINS) or is_cython(found):
            return found
        seen.add(id(found))
        found = _wrapped(found)
    return found if type(found) is Function else thing


def is_cython(thing: Any) -> bool:
    """Say whether this is a function of Cython's: it has names as functions have them."""
    return type(thing).__name__ == "cython_function_or_method"


def described(thing: Any) -> str:
    """Name a wrapper or a function by its own code, since a wrapper copies the name of what it wraps."""
    code: Any = thing.__code__ if type(thing) is Function else None
    if not hasattr(code, "co_filename"):  # PyPy's builtin functions are functions, too
        return f"a {type(thing).__qualname__}"
    name = getattr(code, "co_qualname", code.co_name)
    return f"{name} ({os.path.basename(code.co_filename)}:{code.co_firstlineno})"
