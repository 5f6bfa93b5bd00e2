"""What exists already, as values: globals, constants, default values, and the arguments that a call will get."""

from abc import ABCMeta
from collections import deque
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType

from .lattice import BOTTOM, UNKNOWN, Site, Value, at, constant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

#: exact types whose operators run no code of a user's, as long as what is in them is plain
CONTAINERS = (list, tuple, dict, set, frozenset, bytearray, deque)
#: more of a container is not looked at
MOST_ITEMS = 20_000
#: names in a class's dict that change nothing about what an operator does
_HARMLESS = {
    *("__module__", "__doc__", "__dict__", "__weakref__", "__slots__", "__qualname__", "__annotations__", "__init__"),
    *("__dataclass_fields__", "__dataclass_params__", "__match_args__", "__firstlineno__", "__static_attributes__"),
    *("__annotate__", "__annotate_func__", "__annotations_cache__", "__orig_bases__", "__parameters__", "__replace__"),
    *("__abstractmethods__", "__type_params__", "__conditional_annotations__"),
}
#: what is run when an attribute is read or set, or an instance is made or dies
_SPECIAL = {"__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__new__", "__del__", "__class__"}


class Outside:
    """Looks at objects without running code of theirs, each once."""

    def __init__(self, heap: "dict[tuple[Site, Any], Value]") -> None:
        self._heap = heap
        self._seen: "dict[tuple[int, str], Value]" = {}
        self._kept: "list[Any]" = []
        self._depth = 0

    def value(self, thing: "Any", kind: str = "outer") -> Value:
        """Give the value of an existing object; ``kind="own"`` for one that the call may change."""
        known = constant(thing)
        if known is not None:
            return known
        key = (id(thing), kind)
        found = self._seen.get(key)
        if found is None:
            self._kept.append(thing)
            found = self._made(thing, kind, key)
        return found

    def _made(self, thing: "Any", kind: str, key: "tuple[int, str]") -> Value:
        exact = type(thing)
        if exact in CONTAINERS:
            return self._container(thing, kind, key)
        if exact is range:
            site = Site("own", "range", thing)
            self._heap[site, "item"] = self.value(thing.start).join(self.value(thing.stop))
            found = at(site)
        elif exact is CodeType:
            found = Value(UNKNOWN.mask, const=thing)
        elif exact in (FunctionType, BuiltinFunctionType, ModuleType, MethodType) or isinstance(thing, type):
            found = at(Site("known", exact.__name__, thing)) if is_known(thing) else UNKNOWN
        elif kind == "own" and is_simple(exact):
            return self._instance(thing, key)
        else:
            found = UNKNOWN
        self._seen[key] = found
        return found

    def _container(self, thing: "Any", kind: str, key: "tuple[int, str]") -> Value:
        exact = type(thing)
        width = len(thing) if exact is tuple and len(thing) <= 8 else -1
        site = Site(kind, exact.__name__, thing, width)
        self._seen[key] = at(site)
        if self._depth > 20 or len(thing) > MOST_ITEMS:
            self._heap[site, "item"] = self._heap[site, "key"] = UNKNOWN
            return at(site)
        self._depth += 1
        items = list(thing.values()) if exact is dict else list(thing)
        if width >= 0:
            for index, item in enumerate(items):
                self._heap[site, index] = self.value(item, kind)
        else:
            self._heap[site, "item"] = self._all(items, kind)
        if exact is dict:
            self._heap[site, "key"] = self._all(list(thing), kind)
        self._depth -= 1
        return at(site)

    def _all(self, items: "list[Any]", kind: str) -> Value:
        joined = BOTTOM
        for item in items:
            joined = joined.join(self.value(item, kind))
            if joined.mask & UNKNOWN.mask:
                return UNKNOWN
        return joined

    def _instance(self, thing: "Any", key: "tuple[int, str]") -> Value:
        site = Site("instance", type(thing).__name__, type(thing))
        self._seen[key] = at(site)
        for name in fields(thing):
            self._heap[site, name] = self.value(object.__getattribute__(thing, name), "own")
        return at(site)


def is_known(thing: "Any") -> bool:
    """Is this a function, module or class that can be told from outside, so that no code of a user's hides in it?"""
    if isinstance(thing, type):
        return type(thing) in (type, ABCMeta) or (type(type(thing)) is type and type(thing).__module__ == "builtins")
    return True


def fields(thing: "Any") -> "list[str]":
    """List the attributes of an instance of a simple class."""
    names = list(getattr(thing, "__dict__", ()))
    for owner in type(thing).__mro__:
        slots = vars(owner).get("__slots__", ())
        names += [name for name in ((slots,) if isinstance(slots, str) else slots) if hasattr(thing, name)]
    return names


def is_simple(cls: type) -> bool:
    """Say whether reading, setting and making instances runs no code but `__init__`, methods and properties?"""
    return why_not_simple(cls) is None


def why_not_simple(cls: type) -> "Optional[str]":
    """Say what keeps a class from being simple; None where nothing does.

    `ABCMeta` makes and serves instances as `type` does; asking whether something is an instance of such a class is
    another matter: that is the class's to answer.
    """
    if type(cls) not in (type, ABCMeta):
        return f"its metaclass {type(cls).__name__} may do anything"
    for owner in cls.__mro__[:-1]:
        if not is_python(owner):
            return f"{owner.__name__} is written in C"
        special = sorted(_SPECIAL & vars(owner).keys())
        if special:
            return f"{owner.__name__} has a {special[0]} of its own"
    return None


def is_abstract(cls: type) -> bool:
    """Say whether it has abstract methods, so that there are no instances."""
    return bool(cls.__flags__ & 1 << 20)


def is_python(cls: type) -> bool:
    """Was the class made by a class statement?"""
    return bool(cls.__flags__ & 1 << 9) and cls.__module__ != "builtins"


def is_inert(cls: type) -> bool:
    """Do operators on its instances, `repr` and `hash` too, run no code of a user's?"""
    return is_simple(cls) and all(_is_quiet(owner) for owner in cls.__mro__[:-1])


def _is_quiet(owner: type) -> bool:
    names = {name for name in vars(owner) if name.startswith("__") and name.endswith("__")} - _HARMLESS
    return not {name for name in names if vars(owner)[name] is not None}


def is_quiet_error(cls: type) -> bool:
    """Is it an exception class that does nothing of its own when it is made, raised or shown?"""
    if type(cls) is not type or not issubclass(cls, BaseException):
        return False
    return all(_is_quiet(owner) and "__init__" not in vars(owner) for owner in cls.__mro__ if is_python(owner))
