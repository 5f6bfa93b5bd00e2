"""What a call of a function could reach: a picture of bounded size, which can be compared.

Other modules are looked at by the names in them alone: `import sys` in a module would lead to all there is.
"""

import builtins
import os
import random
import signal
import sys
import threading
import types
import warnings

DEEPEST = 8
MOST = 30_000


def picture(module, function):
    """Give what is there, by name: the module's globals, the function, and a few things of the process."""
    look = Look()
    found = {f"global {name}": look.of(value) for name, value in vars(module).items() if name != "__builtins__"}
    found["the function"] = look.of(function)
    for value in list(vars(module).values()):
        if type(value) is types.ModuleType:
            found[f"module {value.__name__}"] = {name: id(one) for name, one in vars(value).items()}
    found["builtins"] = {name: id(one) for name, one in vars(builtins).items()}
    found["sys"] = {name: id(one) for name, one in vars(sys).items() if name not in ("stdout", "stderr", "last_exc")}
    found["sys.modules"] = list(sys.modules)
    found["sys.path"] = list(sys.path)
    found["recursion limit"] = sys.getrecursionlimit()
    found["working directory"] = os.getcwd(), sorted(os.listdir("."))
    found["os.environ"] = dict(os.environ)
    found["warnings"] = list(warnings.filters)
    found["random state"] = hash(random.getstate())
    found["signals"] = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]
    found["threads"] = threading.active_count()
    found["hooks"] = sys.gettrace(), sys.excepthook, sys.displayhook, sys.getswitchinterval()
    return found


class Look:
    """Follows objects without running code of theirs, each once."""

    def __init__(self):
        self._seen = {}

    def of(self, value, depth=0):
        """Give a comparable form of a value."""
        kind = type(value)
        if kind in (int, float, str, bytes, bool, complex, type(None)):
            return value if value == value else "nan"
        if id(value) in self._seen:
            return "seen", self._seen[id(value)]
        if depth > DEEPEST or len(self._seen) > MOST:
            return "object", id(value)
        self._seen[id(value)] = len(self._seen)
        parts = _parts(value, kind)
        # Sets have an order, too, as long as nothing is added.
        return kind.__name__, id(value), [self.of(one, depth + 1) for one in parts]


def _parts(value, kind):
    if kind in (list, tuple, set, frozenset):
        return list(value)
    if kind is dict or kind is types.MappingProxyType:
        return [*value.keys(), *value.values()]
    if kind is bytearray:
        return [bytes(value)]
    if kind is types.FunctionType:
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_full(cell)]
        return [value.__code__.co_name, id(value.__code__), value.__defaults__, value.__kwdefaults__, *cells]
    if kind is types.ModuleType:
        return []
    if issubclass(kind, type):  # of the object itself: list[int] says it is a type
        return [one for pair in type.__getattribute__(value, "__dict__").items() for one in pair if pair[0][:2] != "__"]
    if hasattr(kind, "__length_hint__") and hasattr(kind, "__next__"):
        return [value.__length_hint__()] if kind.__module__ == "builtins" else []
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        held = {}
    parts = [one for pair in held.items() for one in pair] if type(held) is dict else []
    for owner in kind.__mro__:
        for member in vars(owner).values():
            if type(member) is types.MemberDescriptorType and owner.__flags__ & 1 << 9:
                try:
                    parts.append(member.__get__(value))
                except AttributeError:
                    continue
    return parts


def _is_full(cell):
    try:
        return bool([cell.cell_contents])
    except ValueError:
        return False
