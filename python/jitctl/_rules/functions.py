"""Finds the functions of a module by qualified name, and the code of those that are made only when it runs."""

from __future__ import annotations

import sys
from types import CodeType, FunctionType

from .. import _targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def of_module(namespace: dict[str, Any], module: str) -> Iterator[tuple[str, FunctionType]]:
    """Give the functions that a module defines, those in the bodies of its classes too, each with its qualified name.

    namespace: the module's globals; module: its ``__name__``. What it imported from elsewhere is left out: a rule for
    another module is about that.
    """
    yield from _held(namespace, module, set())


def _held(namespace: Any, module: str, seen: set[int]) -> Iterator[tuple[str, FunctionType]]:
    for value in list(namespace.values()):
        if id(value) in seen:
            continue
        seen.add(id(value))
        if issubclass(type(value), type):
            if vars(value).get("__module__") == module:
                yield from _held(vars(value), module, seen)
            continue
        for function in _inside(value):
            if function.__globals__.get("__name__") == module and id(function.__code__) not in seen:
                seen.add(id(function.__code__))
                yield name_of(function.__code__, function.__qualname__), function


def _inside(value: Any) -> list[FunctionType]:
    """Return the functions that a value of a namespace stands for; none for what cannot have a hint."""
    try:
        return _targets.resolve(value, "rules")[0]
    except TypeError:  # it is no function, method or property
        return []


def name_of(code: CodeType, otherwise: str = "") -> str:
    """Return the qualified name of code (3.11 and later), which a decorator cannot have changed."""
    return getattr(code, "co_qualname", "") or otherwise or code.co_name


def nested(code: CodeType) -> Iterator[CodeType]:
    """Give the code of all functions, lambdas and methods that this code makes when it runs, at any depth."""
    for constant in code.co_consts:
        if type(constant) is CodeType:
            if constant.co_flags & _NEWLOCALS and not _is_implicit(constant):
                yield constant
            yield from nested(constant)


#: functions have locals of their own, bodies of classes have not (3.11's flag CO_OPTIMIZED says the same)
_NEWLOCALS = 0x0002
_IMPLICIT = ("<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>", "__annotate__")


def _is_implicit(code: CodeType) -> bool:
    """Say whether the compiler made this function by itself; nobody could name it in a rule."""
    return code.co_name in _IMPLICIT or code.co_name.startswith("<generic parameters")


#: whether functions can be told apart by qualified name, and seen as they are made
SEES_NESTED = sys.version_info >= (3, 12)
