"""Which functions a class may be hinted for: those that its body defines, or that were generated for it alone.

What else stands in a class's dict is shared: enum, typing, dataclasses, total_ordering, namedtuple and
class decorators put functions there that serve every class they see, and code objects that their
factories use again and again. A hint on one class must not reach those.
"""

from __future__ import annotations

from ._wrapping import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_NESTED = 0x10  # CO_NESTED: compiled inside a function


def defined_by(owner: type, function: Any, outermost: Any) -> bool:
    """Say whether `function` is the class's own; `outermost` is the wrapper that the class holds, or the function."""
    name = owner.__qualname__
    path = _path(owner, function)
    scope = path.rpartition(".")[0]
    if scope == name:
        return _holder(function, scope) in (None, owner)
    if scope and not scope.endswith("<locals>"):  # a class's body, and not by that name: has this class been renamed?
        return _holder(function, scope) is owner
    if issubclass(owner, tuple) and "_fields" in vars(owner):
        return False  # a named tuple's generated functions come with its kind, not from a decorator
    scope, _, last = outermost.__qualname__.rpartition(".")
    return scope == name and last == function.__code__.co_name and _generated(function)


def _path(owner: type, function: Any) -> str:
    """Return the qualified name under which the function's code was compiled; empty where that is not known."""
    code = function.__code__
    path = getattr(code, "co_qualname", None)
    if path is not None:
        return str(path)
    # 3.10 does not keep it. The function's own name is the same, unless somebody gave it another one.
    path = function.__qualname__
    wrapped = function.__dict__.get("__wrapped__")
    copied = getattr(wrapped, "__qualname__", None) == path
    inside_function = "<locals>" in owner.__qualname__
    nested = bool(code.co_flags & _NESTED)
    elsewhere = nested and function.__globals__.get("__name__") != owner.__module__
    if copied or path.rpartition(".")[2] != code.co_name or (nested and not inside_function) or elsewhere:
        return ""
    return str(path)


def _holder(function: Any, scope: str) -> Any:
    """Return the class that goes by this qualified name in the function's module, if it holds the function."""
    names: Any = function.__globals__
    found: Any = None
    for part in scope.split("."):
        found = names.get(part)
        if not issubclass(type(found), type):
            return None
        names = vars(found)
    return found if any(function is one for one in _functions(names.values())) else None


def _functions(values: Any) -> Iterator[Any]:
    for value in values:
        if issubclass(type(value), (staticmethod, classmethod)):
            yield value.__func__
        elif issubclass(type(value), property):
            yield from (value.fget, value.fset, value.fdel)
        else:
            yield getattr(value, "__wrapped__", value) if type(value) is Function else value


def _generated(function: Any) -> bool:
    """Say whether the code was compiled from text made for this class alone, as dataclasses and attrs do.

    Such code names no file, and no function that is still there could make it once more.
    """
    code = function.__code__
    file = _file(code)
    if not file.startswith("<") or file.startswith("<frozen "):
        return False
    makers = (one.__code__ for one in function.__globals__.values() if type(one) is Function)
    return not any(_file(maker) == file and _contains(maker, code) for maker in makers)


def _file(code: Any) -> str:
    return getattr(code, "co_filename", "")  # the code of PyPy's builtin functions has none


def _contains(outer: Any, code: Any) -> bool:
    """Say whether `code` stands among the constants of `outer`, at any depth."""
    kind = type(code)
    return any(one is code or _contains(one, code) for one in outer.co_consts if type(one) is kind)
