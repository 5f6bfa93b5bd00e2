"""Takes hints back."""

from ._router import backend
from ._targets import recorded


def undo(thing: object) -> int:
    """Take the hints back that were given to `thing`, through it or to what it holds; return how many.

    It may be whatever the decorators take: a function, wrapper, method, property or class.
    """
    return sum(1 for one in recorded(thing, "undo") if backend.undo(one))
