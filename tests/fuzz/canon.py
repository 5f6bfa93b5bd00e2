"""Writes values, exceptions and tracebacks down so that equal behaviour is equal text in any process."""

from __future__ import annotations

import hashlib
import re
import types
from typing import Any

from prelude import FILE

ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
MOST = 400


def text(value: Any, depth: int = 4) -> str:
    """Write a value, types included: 1, True and 1.0 differ."""
    kind = type(value)
    if kind is int:
        return str(value) if value.bit_length() < 2000 else f"int:{value.bit_length()}:{digest(hex(value))}"
    if value is None or kind in (bool, float, complex):
        return repr(value)
    if kind is str:
        return repr(ADDRESS.sub("0x", value) if "0x" in value else value)
    if depth <= 0:
        return kind.__name__
    if kind in (list, tuple):
        shown = (
            [text(one, depth - 1) for one in list.__iter__(value)]
            if kind is list
            else [text(o, depth - 1) for o in value]
        )
        inside = cut(", ".join(shown))
        return f"[{inside}]" if kind is list else f"({inside})"
    if kind is dict:
        shown = [f"{text(k, depth - 1)}: {text(v, depth - 1)}" for k, v in value.items()]
        return "{" + cut(", ".join(shown)) + "}"
    if kind in (set, frozenset):
        return "{" + ", ".join(sorted(text(one, depth - 1) for one in value)) + "}"
    if isinstance(value, BaseException):
        return error(value, depth - 1)
    if kind is types.FunctionType:
        return f"function {value.__qualname__}"
    if isinstance(value, type):
        return f"class {value.__name__}"
    if hasattr(kind, "__slots__") and kind.__module__ == "fuzzed":
        return f"{kind.__name__}({', '.join(text(getattr(value, one, None), depth - 1) for one in kind.__slots__)})"
    if kind.__module__ == "fuzzed":
        inside = value.__dict__
        return f"{kind.__name__}({', '.join(f'{k}={text(v, depth - 1)}' for k, v in inside.items())})"
    if f"{kind.__module__}.{kind.__name__}" == "array.array":
        return f"array {value.typecode} {text(list(value), depth)}"
    return kind.__name__


def error(raised: BaseException | None, depth: int = 4) -> str:
    """Write an exception: type, arguments, where it came by, and what it came from."""
    if raised is None:
        return "-"
    parts = [type(raised).__name__, text(raised.args, 3), trace(raised.__traceback__)]
    if depth > 0 and (raised.__cause__ or (raised.__context__ and not raised.__suppress_context__)):
        parts.append("from " + error(raised.__cause__ or raised.__context__, depth - 1))
    return " ".join(parts)


def trace(found: types.TracebackType | None) -> str:
    """Write a traceback: functions, lines and instructions of the program's own frames."""
    lines = []
    while found is not None:
        code = found.tb_frame.f_code
        if code.co_filename == FILE:
            lines.append(f"{code.co_name}:{found.tb_lineno}+{found.tb_lasti}")
        found = found.tb_next
    return cut("<" + " ".join(lines) + ">")


def cut(long: str) -> str:
    """Keep texts short and still different where they differ."""
    return long if len(long) <= MOST else f"{long[:MOST]}..{digest(long)}"


def digest(long: str) -> str:
    """Make a short stand-in of a text."""
    return hashlib.sha1(long.encode("utf-8", "backslashreplace")).hexdigest()[:12]
