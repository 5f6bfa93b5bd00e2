"""What operators, attributes and stores do to values, and which of it is an effect."""

from abc import ABCMeta
from types import FunctionType, ModuleType

from .lattice import (
    ANY_INT,
    ANY_NUMBER,
    ANY_STR,
    BOOL,
    BOTTOM,
    BYTES,
    ENDLESS,
    EXCEPTION,
    FLOAT,
    INT,
    NULL,
    NUMBER,
    ODD,
    SLICE,
    STR,
    TEXT,
    UNKNOWN,
    EffectError,
    Site,
    Value,
    at,
    plus,
)
from .outside import Outside, is_inert, is_python
from .tables import METHODS, NUMBERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

#: containers with more than 2 ** 20 items are not made at one stroke
MUCH = 20
#: what a text is multiplied by at one stroke is shorter than 2 ** 7
SHORT = 7
#: containers in containers: C code that compares or shows them takes time and memory to the power of the depth
MOST_NESTED = 8
_NESTING = {"list", "tuple", "dict", "set", "frozenset", "deque", "iterator", "filter"}


class Semantics:
    """The heap of one judgement, and the operators on its values."""

    def __init__(self) -> None:
        self.heap: "dict[tuple[Site, Any], Value]" = {}
        self.outside = Outside(self.heap)
        self.changed = False
        #: sites of containers whose size a number gave, and of iterators that may be endless
        self.large: "set[Site]" = set()
        self.long: "set[Site]" = set()
        self._sites: "dict[Any, Site]" = {}

    # The heap

    def site(self, place: "Any", kind: str, type_: str, payload: "Any" = None, width: int = -1) -> Site:
        """Give the site of what this place makes."""
        key = (place, kind, type_, width)
        found = self._sites.get(key)
        if found is None:
            found = self._sites[key] = Site(kind, type_, payload, width)
        return found

    def put(self, site: Site, slot: "Any", value: Value) -> None:
        """Note that the slot may hold this value, too."""
        before = self.heap.get((site, slot), BOTTOM)
        after = before.join(value)
        if after != before:
            self.heap[site, slot] = after
            self.changed = True
            if site.kind == "own" and site.type in _NESTING:
                self._nested(site, after, 1)

    def _nested(self, top: Site, value: Value, depth: int) -> None:
        """Refuse containers in containers of unknown depth; instances end it, which C code does not look into."""
        if depth > MOST_NESTED:
            raise EffectError("puts containers into containers too deep")
        for site in value.refs:
            if site is top:
                raise EffectError("puts containers into containers to a depth that is not known")
            if site.kind == "own" and site.type in _NESTING:
                for slot in ("item", "key", "source", *range(site.width)):
                    held = self.heap.get((site, slot))
                    if held is not None and held.refs:
                        self._nested(top, held, depth + 1)

    def mark(self, sites: "set[Site]", site: Site) -> None:
        """Add a site to `large` or `long`."""
        if site not in sites:
            sites.add(site)
            self.changed = True

    def slot(self, site: Site, slot: "Any" = "item") -> Value:
        """Give what a slot may hold; ``item`` of a tuple of known length is all of it."""
        found = self.heap.get((site, slot), BOTTOM)
        if slot == "item" and site.width >= 0:
            for index in range(site.width):
                found = found.join(self.heap.get((site, index), BOTTOM))
        return found

    def made(self, place: "Any", type_: str, item: Value, key: "Optional[Value]" = None) -> Value:
        """Give a new container of this type with such items."""
        site = self.site(place, "own", type_)
        self.put(site, "item", self.keepable(item))
        if key is not None:
            self.put(site, "key", self.keepable(key))
        return at(site)

    def row(self, place: "Any", parts: "list[Value]") -> Value:
        """Give a new tuple of these."""
        if len(parts) > 8:
            return self.made(place, "tuple", self.union(parts))
        site = self.site(place, "own", "tuple", None, len(parts))
        for index, part in enumerate(parts):
            self.put(site, index, self.keepable(part))
        return at(site)

    @staticmethod
    def union(values: "list[Value]") -> Value:
        """Give what is any of these."""
        joined = BOTTOM
        for value in values:
            joined = joined.join(value)
        return joined

    # What may be looked at

    def plain(self, value: Value, what: str) -> Value:
        """Refuse what an operator could run a user's code for."""
        if value.mask & (ODD | NULL):
            raise EffectError(f"{what} an object of a type that is not known")
        for site in value.refs:
            if site.kind == "instance" and not is_inert(site.payload):
                raise EffectError(f"{what} an instance of {site.type}, which has special methods of its own")
            if site.kind == "known" and type(site.payload) is ModuleType:
                raise EffectError(f"{what} the module {site.payload.__name__}")
            if site.kind == "super":
                raise EffectError(f"{what} what super() gives")
            if site.kind == "outer" and self._hides(site, 0):
                raise EffectError(f"{what} a container of objects of types that are not known")
        return value

    def _hides(self, site: Site, depth: int) -> bool:
        held = self.slot(site).join(self.slot(site, "key"))
        if held.mask & ODD or depth > 20:
            return True
        return any(inner.kind == "outer" and self._hides(inner, depth + 1) for inner in held.refs)

    def keepable(self, value: Value) -> Value:
        """Refuse what would make a container one that may not be looked at."""
        return self.plain(value, "puts into a container")

    def short(self, value: Value, what: str) -> None:
        """Refuse what could keep C code walking for long."""
        if any(site in self.long for site in value.refs):
            raise EffectError(f"{what} as many items as a number says, which is not known to be small")

    # Looking into values

    def items(self, value: Value, what: str = "iterates over") -> Value:
        """Give what iteration over it gives."""
        if value.mask & (ODD | NULL):
            raise EffectError(f"{what} an object of a type that is not known")
        found = BOTTOM
        if value.mask & STR:
            found = found.join(Value(STR, 1))
        if value.mask & BYTES:
            found = found.join(Value(INT, 8))
        for site in value.refs:
            if site.kind in ("own", "outer"):
                if (site.kind == "outer" and site.type == "dict") or site.type == "dict":
                    found = found.join(self.slot(site, "key"))
                else:
                    found = found.join(self.slot(site))
            elif site.kind in ("instance", "known"):
                raise EffectError(f"{what} an instance of {site.type}")
        return found

    def unpack(self, place: "Any", value: Value, count: int, star: "Optional[int]" = None) -> "list[Value]":
        """Give the values that an assignment to several targets stores, the first first."""
        self.short(value, "unpacks")
        every = self.items(value, "unpacks")
        if star is None and value.only(0) is False and not value.mask:
            rows = list(value.refs)
            if rows and all(site.type == "tuple" and site.width == count for site in rows):
                return [self.union([self.slot(site, index) for site in rows]) for index in range(count)]
        parts = [every] * count
        if star is not None:
            parts[star] = self.made((place, "star"), "list", every)
        return parts

    def subscript(self, place: "Any", value: Value, index: Value) -> Value:
        """Give ``value[index]``."""
        self.plain(index, "looks up")
        if value.mask & (ODD | NULL):
            raise EffectError("subscripts an object of a type that is not known")
        slices = bool(index.mask & SLICE)
        found = BOTTOM
        if value.mask & STR:
            found = found.join(Value(STR, value.bits))
        if value.mask & BYTES:
            found = found.join(Value(BYTES if slices else INT | BYTES, max(value.bits, 8)))
        for site in value.refs:
            if site.kind not in ("own", "outer"):
                raise EffectError(f"subscripts {_noun(site)}")
            if site.type == "dict" and site.kind == "outer":
                self.plain(self.slot(site, "key"), "looks up a key next to")
            if site.width >= 0 and type(index.const) is int and -site.width <= index.const < site.width:
                found = found.join(self.slot(site, index.const % site.width))
                continue
            found = found.join(self.slot(site))
            if slices:
                found = found.join(self.copy(place, site))
        return found

    def copy(self, place: "Any", site: Site) -> Value:
        """Give a new container with what is in this one, of the same type."""
        made = self.site((place, "copy"), "own", site.type)
        self.put(made, "item", self.keepable(self.slot(site)))
        self.put(made, "key", self.slot(site, "key"))
        self._grown(made, [site])
        return at(made)

    def _grown(self, made: Site, sources: "list[Site]") -> None:
        for source in sources:
            for marks in (self.large, self.long) if source.type == made.type == "range" else (self.large,):
                if source in marks:
                    self.mark(marks, made)

    # Changing

    def owned(self, value: Value, what: str) -> "list[Site]":
        """Give the containers that are changed; refuse those that existed before the call."""
        if value.mask & (ODD | NULL):
            raise EffectError(f"{what} an object of a type that is not known")
        for site in value.refs:
            if site.kind == "outer":
                raise EffectError(f"{what} a {site.type} that exists outside of the call")
            if site.kind != "own":
                raise EffectError(f"{what} {_noun(site)}")
        return list(value.refs)

    def store(self, value: Value, index: Value, item: Value) -> None:
        """Do ``value[index] = item``."""
        self.plain(index, "stores under")
        self.keepable(item)
        for site in self.owned(value, "stores an item in"):
            if site.type == "tuple":
                continue
            if site.type in ("dict", "?"):
                self.put(site, "key", index)
            if index.mask & SLICE or site.type == "?":
                self.short(item, "stores")
                self.put(site, "item", self.items(item))
            self.put(site, "item", item)

    # Operators

    def unary(self, value: Value, what: str) -> Value:
        """Give ``-value`` and its like."""
        self.plain(value, what)
        return Value(value.mask & NUMBER | (INT if value.mask & INT else 0), plus(value.bits, 1))

    def compare(self, one: Value, other: Value) -> Value:
        """Give the result of a comparison."""
        self.plain(one, "compares")
        self.plain(other, "compares")
        if _sets(one) or _sets(other):
            self.short(one, "compares")
        return BOOL

    def binary(self, place: "Any", symbol: str, one: Value, other: Value) -> Value:
        """Give ``one <symbol> other``; ``+=`` and its like change a list, set or dict in place."""
        in_place = symbol.endswith("=")
        operator = symbol[:-1] if in_place else symbol
        self.plain(one, f"applies {symbol} to")
        self.plain(other, f"applies {symbol} to")
        for site in one.refs | other.refs:
            if site.kind not in ("own", "outer"):
                raise EffectError(f"applies {symbol} to {_noun(site)}")
        found = self._numeric(operator, one, other)
        found = found.join(self._textual(operator, one, other))
        return found.join(self._containing(place, operator, in_place, one, other))

    def _numeric(self, operator: str, one: Value, other: Value) -> Value:
        mask = one.mask & other.mask & INT
        if (one.mask | other.mask) & FLOAT and one.mask & NUMBER and other.mask & NUMBER:
            mask |= FLOAT
        if not mask:
            return BOTTOM
        bits = ENDLESS
        ints = one.mask & INT and other.mask & INT
        if operator in ("+", "-"):
            bits = plus(max(one.bits, other.bits), 1)
        elif operator in ("&", "|", "^"):
            bits = plus(max(one.bits, other.bits), 1)
            if operator == "&" and type(other.const) is int and other.const >= 0:
                bits = min(bits, other.bits)
        elif operator == "*":
            bits = plus(one.bits, other.bits)
        elif operator == "%":
            bits = plus(other.bits, 1)
        elif operator in ("//", ">>"):
            bits = plus(one.bits, 1)
        elif operator == "<<" and ints:
            if other.bits > 12:
                raise EffectError("shifts by a number that is not known to be small", None)
        elif operator == "**":
            mask |= FLOAT
            exact = one.const if type(one.const) is float else None
            if ints and exact is None and type(other.const) is not float:
                self.power(one, other)
        elif operator == "/":
            mask |= FLOAT
        return Value(mask, bits if mask & INT else 0)

    def power(self, one: Value, other: Value) -> None:
        """Refuse a power that could be of any size."""
        if type(other.const) is int and abs(other.const) <= 3:
            return
        if one.bits <= 64 and other.bits <= 10 and (one.bits << other.bits) <= 1 << 16:
            return
        raise EffectError("raises to a power that is not known to be small")

    def _textual(self, operator: str, one: Value, other: Value) -> Value:
        found = 0
        bits = ENDLESS
        if operator == "+":
            found = one.mask & other.mask & TEXT
            bits = plus(max(one.bits, other.bits), 1)
        elif operator == "%" and one.mask & TEXT:
            found = one.mask & TEXT
            check_format(one, "%")
        elif operator == "*":
            for text, number in ((one, other), (other, one)):
                if text.mask & TEXT and number.mask & INT:
                    if number.bits > 10 or text.bits > 10:
                        raise EffectError("repeats a text as often as a number says, which is not known to be small")
                    found |= text.mask & TEXT
                    bits = plus(text.bits, number.bits + 1)
        return Value(found, bits) if found else BOTTOM

    def _containing(self, place: "Any", operator: str, in_place: bool, one: Value, other: Value) -> Value:
        if not one.refs and not other.refs:
            return BOTTOM
        found = BOTTOM
        if operator == "*":
            for holder, number in ((one, other), (other, one)):
                if not holder.refs or not number.mask & INT:
                    continue
                if number.bits > 10 or holder.refs & self.large or (in_place and holder is one):
                    raise EffectError("repeats a container as often as a number says, which is not known to be small")
                for site in holder.refs:
                    made = self.copy(place, site)
                    for copy in made.refs:
                        self.mark(self.large, copy)
                    found = found.join(made)
            return found
        if operator not in ("+", "|", "&", "-", "^", "%"):
            return BOTTOM
        if operator == "+" and one.refs & other.refs:
            raise EffectError("adds a container to itself")
        if other.refs or not in_place:
            self.short(other, "adds")
        added = self.items(other) if in_place or operator != "%" else BOTTOM
        values = self.union([self.slot(site) for site in other.refs])
        if in_place:
            for site in one.refs:
                if site.type in ("tuple", "frozenset", "range", "view"):
                    continue
                self.owned(at(site), f"applies {operator}= to")
                self._add(site, added, values)
                found = found.join(at(site))
        for site in one.refs | (other.refs if not in_place else frozenset()):
            made = self.copy(place, site if site.type != "view" else Site("own", "set"))
            for copy in made.refs:
                self._add(copy, self.union([self.items(one), added]), self.union([values, self._held(one)]))
            found = found.join(made)
        return found

    def _held(self, value: Value) -> Value:
        return self.union([self.slot(site) for site in value.refs])

    def _add(self, site: Site, added: Value, values: Value) -> None:
        if site.type == "dict":
            self.put(site, "key", added)
            self.put(site, "item", values)
            # `d |= [(key, value)]`
            self.put(site, "item", self.union([self.slot(inner) for inner in added.refs]))
            self.put(site, "key", self.union([self.slot(inner) for inner in added.refs]))
        self.put(site, "item", self.keepable(added))

    # Attributes

    def attribute(self, place: "Any", value: Value, name: str) -> Value:
        """Give ``value.name``."""
        if value.mask & (ODD | NULL):
            raise EffectError(f"reads the attribute {name} of an object of a type that is not known")
        if value.mask & EXCEPTION:
            raise EffectError(f"reads the attribute {name} of an exception")
        found = BOTTOM
        types = {"int": value.mask & INT, "float": value.mask & FLOAT}
        types.update({"str": value.mask & STR, "bytes": value.mask & BYTES, "slice": value.mask & SLICE})
        plain = {type_ for type_, is_there in types.items() if is_there}
        plain |= {site.type for site in value.refs if site.kind in ("own", "outer")}
        if plain:
            found = found.join(self._of_builtin(place, value, name, plain))
        for site in value.refs:
            if site.kind == "known":
                found = found.join(self._of_known(site.payload, name))
            elif site.kind == "instance":
                found = found.join(self.of_instance(place, site, name))
            elif site.kind == "super":
                found = found.join(self.of_super(place, site.payload, self.slot(site, "self"), name))
            elif site.kind not in ("own", "outer"):
                raise EffectError(f"reads the attribute {name} of a function")
        return found

    def _of_builtin(self, place: "Any", value: Value, name: str, types: "set[str]") -> Value:
        if name in NUMBERS:
            return ANY_NUMBER
        if not any(name in METHODS[type_] for type_ in types if type_ in METHODS):
            if all(type_ in METHODS and not hasattr(_CLASSES.get(type_), name) for type_ in types):
                return BOTTOM  # an AttributeError
            raise EffectError(f"reads the attribute {name}, which is not known to be harmless")
        site = self.site((place, name), "method", "method", name)
        self.put(site, "self", Value(value.mask, value.bits, value.refs))
        if value.is_constant:
            self.put(site, "const", value)
        else:
            self.put(site, "const", ANY_INT)
        return at(site)

    def _of_known(self, thing: "Any", name: str) -> Value:
        if type(thing) is ModuleType:
            if name not in vars(thing):
                raise EffectError(f"reads {name} of the module {thing.__name__}, which it has not")
            return self.outside.value(vars(thing)[name])
        if isinstance(thing, type) and type(thing) in (type, ABCMeta):
            if name in METHODS.get(thing.__name__, ()) and thing.__module__ == "builtins":
                return at(self.site((thing, name), "method", "unbound", (thing.__name__, name)))
            return self.of_class(thing, name)
        raise EffectError(f"reads the attribute {name} of {_noun(Site('known', type(thing).__name__, thing))}")

    def of_class(self, cls: type, name: str) -> Value:
        """Give an attribute that a class has, read off the class."""
        if name in ("__name__", "__qualname__"):  # of `type`, which no class can hide
            return ANY_STR
        for owner in cls.__mro__:
            if name in vars(owner):
                break
        else:
            raise EffectError(f"reads {name} of the class {cls.__name__}, which it has not")
        if not is_python(owner) or hasattr(type, name):
            raise EffectError(f"reads {name} of the class {owner.__name__}")
        found = vars(owner)[name]
        if type(found) is staticmethod:
            return self.outside.value(found.__func__)
        if type(found) is classmethod and type(found.__func__) is FunctionType:
            return self.bound((cls, name), found.__func__, self.outside.value(cls))
        if type(found) is FunctionType or not hasattr(type(found), "__get__"):
            return self.outside.value(found)
        raise EffectError(f"reads {name} of the class {cls.__name__}, a descriptor")

    def of_instance(self, place: "Any", site: Site, name: str) -> Value:
        """Give an attribute of an instance of a simple class."""
        for owner in site.payload.__mro__[:-1]:
            if name not in vars(owner):
                continue
            found = vars(owner)[name]
            if type(found) is FunctionType:
                return self.slot(site, name).join(self.bound((place, owner, name), found, at(site)))
            if type(found) in (staticmethod, classmethod):
                return self.of_class(site.payload, name)
            if type(found) is property and type(found.fget) is FunctionType:
                return self.run_function(place, found.fget, [at(site)], {})
            if type(found) is _MEMBER:
                return self.slot(site, name)
            if hasattr(type(found), "__get__"):
                raise EffectError(f"reads {name} of an instance of {site.type}, a descriptor")
            return self.slot(site, name).join(self.outside.value(found))
        if name == "__class__":
            return self.outside.value(site.payload)
        if hasattr(object, name):
            raise EffectError(f"reads {name} of an instance of {site.type}")
        return self.slot(site, name)

    def of_super(self, place: "Any", cls: type, receiver: Value, name: str) -> Value:
        """Give ``super(cls, receiver).name``, for what are methods there."""
        found = BOTTOM
        if receiver.mask or any(site.kind != "instance" or cls not in site.payload.__mro__ for site in receiver.refs):
            raise EffectError(f"reads {name} by super() for what is not known to be an instance of {cls.__name__}")
        for site in receiver.refs:
            order = site.payload.__mro__
            behind = order[order.index(cls) + 1 : -1]
            method = next((vars(owner)[name] for owner in behind if name in vars(owner)), None)
            if type(method) is FunctionType:
                found = found.join(self.bound((place, cls, name), method, at(site)))
            elif method is None and name == "__init__":
                found = found.join(self.outside.value(_object_init))
            else:
                raise EffectError(f"reads {name} by super()")
        return found

    def set_attribute(self, value: Value, name: str, item: Value) -> None:
        """Do ``value.name = item``."""
        self.keepable(item)
        for site in value.refs:
            if site.kind != "instance" or name.startswith("__"):
                raise EffectError(f"sets the attribute {name} of {_noun(site)}")
            for owner in site.payload.__mro__[:-1]:
                found = vars(owner).get(name)
                if found is not None and type(found) is not _MEMBER and hasattr(type(found), "__set__"):
                    raise EffectError(f"sets {name} of an instance of {site.type}, a descriptor")
            self.put(site, name, item)
        if value.mask & (ODD | NULL | EXCEPTION):
            raise EffectError(f"sets the attribute {name} of an object of a type that is not known")

    def bound(self, place: "Any", function: FunctionType, receiver: Value) -> Value:
        """Give a method: a function with its first argument."""
        site = self.site((place, function), "method", "bound", function)
        self.put(site, "self", receiver)
        return at(site)

    def run_function(
        self, place: "Any", function: FunctionType, args: "list[Value]", kwargs: "dict[str, Value]"
    ) -> Value:
        """Follow a call of a function; `Calls` says how."""
        raise NotImplementedError


def _object_init(*args: "Any", **kwargs: "Any") -> None:
    """Stand for ``object.__init__``, which does nothing where it does not raise."""


class _Slotted:
    __slots__ = ("one",)


_MEMBER: type = type(vars(_Slotted)["one"])
_CLASSES: "dict[str, Any]" = {
    cls.__name__: cls for cls in (int, float, str, bytes, list, tuple, dict, set, frozenset, bytearray, range)
}


def _sets(value: Value) -> bool:
    return any(site.type == "view" for site in value.refs)


def _noun(site: Site) -> str:
    if site.kind == "instance":
        return f"an instance of {site.type}"
    if site.kind == "known" and isinstance(site.payload, type):
        return f"the class {site.payload.__name__}"
    if site.kind == "known":
        return f"the {'module' if type(site.payload) is ModuleType else 'function'} {site.payload.__name__}"
    return f"a {site.type}" if site.kind in ("own", "outer") else "a function"


def check_format(text: Value, how: str) -> None:
    """Refuse a format that is not known, or that asks for more than 999 places."""
    if not isinstance(text.const, (str, bytes)):
        raise EffectError("formats with a text that is not known, which may ask for any width")
    digits = 0
    shown = text.const.decode("latin-1") if isinstance(text.const, bytes) else text.const
    if how == "%" and "*" in shown:
        raise EffectError("formats with a width that is not known")
    for sign in shown:
        digits = digits + 1 if sign.isdigit() else 0
        if digits > 3:
            raise EffectError("formats with a large width")


__all__ = ["MUCH", "SHORT", "UNKNOWN", "Semantics", "check_format"]
