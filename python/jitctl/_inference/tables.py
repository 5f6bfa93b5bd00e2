"""What the operators' and builtins' code in C does: methods of builtin types, and builtin functions.

A result is told by a word: int, float, number, bool, str, bytes, text (what the receiver is), none,
item, key, value and pair (what is in the receiver), and strs, texts, items, pairs, same (containers of such).
"""

import math
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: type -> name -> result; where a name is missing, the attribute may not be read
_STR = {
    "str": "capitalize casefold expandtabs lower lstrip replace rstrip strip swapcase title upper removeprefix "
    "removesuffix translate join center ljust rjust zfill format",
    "texts": "split rsplit splitlines partition rpartition",
    "int": "count find index rfind rindex",
    "bool": "endswith startswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable "
    "isspace istitle isupper",
    "bytes": "encode",
}
_BYTES = {
    "bytes": "capitalize lower lstrip replace rstrip strip swapcase title upper removeprefix removesuffix translate "
    "join center ljust rjust zfill",
    "texts": "split rsplit splitlines partition rpartition",
    "int": "count find index rfind rindex",
    "bool": "endswith startswith isalnum isalpha isascii isdigit islower isspace istitle isupper",
    "str": "decode hex",
}
_INT = {
    "int": "bit_length bit_count conjugate __index__",
    "items": "as_integer_ratio",
    "bool": "is_integer",
}
_FLOAT = {"float": "conjugate", "items": "as_integer_ratio", "bool": "is_integer", "str": "hex"}
_LIST = {
    "none": "append extend insert remove reverse sort clear",
    "item": "pop",
    "int": "index count",
    "same": "copy",
}
_TUPLE = {"int": "index count"}
_DICT = {
    "value": "get pop setdefault",
    "none": "update clear",
    "pair": "popitem",
    "same": "copy",
    "keys": "keys",
    "values": "values",
    "pairs": "items",
}
_FROZEN = {
    "same": "copy union intersection difference symmetric_difference",
    "bool": "isdisjoint issubset issuperset",
}
_SET = {
    **_FROZEN,
    "none": "add discard remove clear update difference_update intersection_update symmetric_difference_update",
    "item": "pop",
}
_DEQUE = {
    "none": "append appendleft extend extendleft insert remove reverse rotate clear",
    "item": "pop popleft",
    "int": "index count",
    "same": "copy",
}
_BYTEARRAY = {**_BYTES, "none": "append extend insert remove reverse clear", "int": "count find index pop"}


def _by_name(table: "dict[str, str]") -> "dict[str, str]":
    return {name: result for result, names in table.items() for name in names.split()}


METHODS = {
    "str": _by_name(_STR),
    "bytes": _by_name(_BYTES),
    "int": _by_name(_INT),
    "float": _by_name(_FLOAT),
    "list": _by_name(_LIST),
    "tuple": _by_name(_TUPLE),
    "dict": _by_name(_DICT),
    "set": _by_name(_SET),
    "frozenset": _by_name(_FROZEN),
    "deque": _by_name(_DEQUE),
    "bytearray": _by_name(_BYTEARRAY),
    "range": {"index": "int", "count": "int"},
    "view": {"isdisjoint": "bool"},
}
#: of these the receiver is changed
CHANGING = {
    "append",
    "appendleft",
    "extend",
    "extendleft",
    "insert",
    "remove",
    "reverse",
    "rotate",
    "sort",
    "clear",
    "pop",
    "popleft",
    "popitem",
    "setdefault",
    "update",
    "add",
    "discard",
    "difference_update",
    "intersection_update",
    "symmetric_difference_update",
}
#: what these put into the receiver: the argument itself, or what is in it
PUTS_ITEM = {"append", "appendleft", "add", "insert", "setdefault"}
PUTS_ITEMS = {"extend", "extendleft", "update", "symmetric_difference_update", "difference_update", "union"}
PUTS_ITEMS |= {"intersection_update", "symmetric_difference", "intersection", "difference"}
#: these walk through their arguments in C, where nothing can stop them
WALKS = PUTS_ITEMS | {"join", "isdisjoint", "issubset", "issuperset"}
#: these make a text as long as a number says
PADS = {"center", "ljust", "rjust", "zfill", "expandtabs"}

#: attributes of numbers and ranges, which are numbers
NUMBERS = {"real", "imag", "numerator", "denominator", "start", "stop", "step"}

#: builtin function -> result; the arguments are only looked at
LOOKS = {
    abs: "number",
    ascii: "str",
    bin: "str",
    bool: "bool",
    callable: "bool",
    chr: "str",
    complex: "float",
    float: "float",
    hash: "int",
    hex: "str",
    id: "int",
    int: "int",
    len: "length",
    oct: "str",
    ord: "ord",
    repr: "str",
    round: "number",
    str: "str",
    divmod: "numbers",
}
#: builtin function -> result; the arguments are walked through in C
WALKERS = {
    all: "bool",
    any: "bool",
    sum: "sum",
    list: "list",
    tuple: "tuple",
    set: "set",
    frozenset: "frozenset",
    sorted: "list",
    min: "item",
    max: "item",
    dict: "dict",
    bytes: "bytes",
    bytearray: "bytearray",
}
_HUGE = {"factorial", "comb", "perm", "prod", "sumprod"}
for _name, _function in vars(math).items():
    if type(_function) is type(len) and _name not in _HUGE:
        (WALKERS if _name in ("fsum", "dist", "hypot", "gcd", "lcm") else LOOKS)[_function] = "number"

#: module -> builtin function -> result; only looked at, without keywords. The modules need not be imported
PURE = {
    "posix": {"fspath": "text"},
    "nt": {"fspath": "text"},
    "_bisect": dict.fromkeys(("bisect", "bisect_left", "bisect_right"), "int"),
    "unicodedata": {
        **dict.fromkeys(("normalize", "category", "bidirectional", "decomposition", "east_asian_width", "name"), "str"),
        **dict.fromkeys(("combining", "mirrored"), "int"),
    },
}


def is_pure(thing: "Any") -> bool:
    """Say whether this builtin function is the one that `PURE` names."""
    name = thing.__name__
    if name not in PURE.get(thing.__module__, ()):
        return False
    module = sys.modules.get(thing.__module__)
    return module is not None and module is thing.__self__ and vars(module).get(name) is thing


#: why these are effects, for the message
EFFECTS = {
    "print": "writes to standard output",
    "input": "reads from standard input",
    "open": "opens a file",
    "exec": "executes code",
    "eval": "evaluates code",
    "compile": "compiles code",
    "__import__": "imports a module",
    "globals": "gives access to the module's globals",
    "locals": "gives access to all local names",
    "vars": "gives access to an object's attributes",
    "setattr": "sets an attribute",
    "delattr": "deletes an attribute",
    "breakpoint": "starts a debugger",
}
