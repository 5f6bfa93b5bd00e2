"""All that a call could have changed, in a form that can be compared."""

import builtins
import collections
import sys
import types


def snapshot(namespace):
    """Take a picture of a module's globals, of what hangs on them, and of a few things of the process."""
    seen = {}
    picture = {name: _frozen(value, seen, 0) for name, value in namespace.items() if name != "__builtins__"}
    process = (sorted(sys.modules), sorted(vars(builtins)), sys.getrecursionlimit(), id(sys.stdout), len(sys.path))
    return picture, process


def _frozen(value, seen, depth):
    kind = type(value)
    if kind in (int, float, str, bytes, bool, complex, type(None)):
        return kind.__name__, value
    if id(value) in seen or depth > 12:
        return "seen", seen.get(id(value), 0)
    seen[id(value)] = len(seen)
    inner = lambda one: _frozen(one, seen, depth + 1)  # noqa: E731
    if kind in (list, tuple, collections.deque):
        return kind.__name__, id(value), [inner(one) for one in value]
    if kind in (set, frozenset):
        return kind.__name__, id(value), sorted(map(repr, map(inner, value)))
    if kind is dict:
        return "dict", id(value), [(inner(key), inner(one)) for key, one in value.items()]
    if kind is bytearray:
        return "bytearray", id(value), bytes(value)
    if kind is types.FunctionType:
        cells = [inner(cell.cell_contents) for cell in value.__closure__ or ()]
        return "function", id(value), id(value.__code__), inner(value.__defaults__), cells, sorted(vars(value))
    if isinstance(value, type):
        return "class", id(value), [(name, inner(one)) for name, one in vars(value).items() if name[:2] != "__"]
    if hasattr(kind, "__length_hint__"):
        return "iterator", id(value), value.__length_hint__()
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        held = {}
    return kind.__name__, id(value), [(name, inner(one)) for name, one in held.items()]
