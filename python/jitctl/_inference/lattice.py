"""What is known of a value while a function's bytecode is followed: `Value`, made of kinds, a size and sites.

A site stands for all objects that one place in the program makes, or for one object that exists
already. What is in them is in the analysis' heap, so two names for one list are one list here too.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

INT, FLOAT, STR, BYTES, NONE, SLICE, EXCEPTION, ODD, NULL = (1 << place for place in range(9))
NUMBER = INT | FLOAT
TEXT = STR | BYTES
#: of no known size; sizes are powers of two that an int's value or a text's length stays below
ENDLESS = 99
_LEVELS = (1, 4, 7, 10, 13, 17, 20)


TOO_LARGE = "is too large to be judged"
TOO_INVOLVED = "is too involved to be judged"


class EffectError(Exception):
    """The function is not shown to be free of effects: what was met, and where (None: not known)."""

    def __init__(self, what: str, line: "Optional[int]" = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


class Site:
    """Where objects come from.

    ``kind`` is own (a builtin container or iterator that the call made), outer (one that existed
    before), known (a function, class or module: ``payload``), closure (a function made by the
    call), method (bound to a value) or instance (of a simple class: ``payload``).
    """

    __slots__ = ("kind", "type", "payload", "width")

    def __init__(self, kind: str, type_: str = "?", payload: "Any" = None, width: int = -1) -> None:
        self.kind = kind
        self.type = type_
        self.payload = payload
        self.width = width


class Value:
    """A set of possible values. Immutable, and equal by content."""

    __slots__ = ("mask", "bits", "refs", "const")

    def __init__(
        self, mask: int, bits: int = ENDLESS, refs: "frozenset[Site]" = frozenset(), const: "Any" = None
    ) -> None:
        self.mask = mask
        self.bits = bits
        self.refs = refs
        self.const = const

    def _key(self) -> "tuple[Any, ...]":
        return self.mask, self.bits, self.refs, type(self.const), self.const

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self._key() == other._key() and repr(self.const) == repr(other.const)

    def __hash__(self) -> int:
        return hash((self.mask, self.bits, self.refs))

    @property
    def is_constant(self) -> bool:
        """Is it one known number, text or None?"""
        return self.const is not None or (self.mask == NONE and not self.refs)

    def only(self, mask: int) -> bool:
        """Is it certainly one of these kinds?"""
        return not self.refs and not self.mask & ~mask

    def join(self, other: "Value") -> "Value":
        """Give what is either of the two."""
        if other in (self, BOTTOM):
            return self
        if self == BOTTOM:
            return other
        bits = self.bits if self.bits == other.bits else _level(max(self.bits, other.bits))
        if not self.mask & (INT | TEXT):
            bits = other.bits
        elif not other.mask & (INT | TEXT):
            bits = self.bits
        return Value(self.mask | other.mask, bits, self.refs | other.refs)


def _level(bits: int) -> int:
    return next((level for level in _LEVELS if bits <= level), ENDLESS)


def size(number: int) -> int:
    """Give the power of two that a size stays below."""
    return number.bit_length() if number.bit_length() <= 64 else ENDLESS


def plus(one: int, more: int) -> int:
    """Add to a size."""
    return one + more if one + more <= 64 else ENDLESS


BOTTOM = Value(0, 0)
NULLS = Value(NULL, 0)
NOTHING = Value(NONE, 0)
BOOL = Value(INT, 1)
ANY_INT = Value(INT)
ANY_NUMBER = Value(INT | FLOAT)
ANY_FLOAT = Value(FLOAT, 0)
ANY_STR = Value(STR)
UNKNOWN = Value(ODD)
ERROR = Value(EXCEPTION, 0)


def at(site: Site) -> Value:
    """Give the value that is an object of this site."""
    return Value(0, 0, frozenset((site,)))


def constant(thing: "Any") -> "Optional[Value]":
    """Give the value of a number, text or None; None for everything else."""
    kind = type(thing)
    if kind is int or kind is bool:
        return Value(INT, size(abs(thing)), const=thing)
    if kind is float or kind is complex:
        return Value(FLOAT, 0, const=thing)
    if kind is str or kind is bytes:
        return Value(STR if kind is str else BYTES, size(len(thing)), const=thing)
    if thing is None or thing is Ellipsis or thing is NotImplemented:
        return Value(NONE, 0) if thing is None else Value(EXCEPTION, 0)
    if kind is slice and all(type(part) in (int, type(None)) for part in (thing.start, thing.stop, thing.step)):
        return Value(SLICE, 0)
    return None
