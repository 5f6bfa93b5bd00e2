"""Words and tables for people: used by the report and by the doctor."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_NARROWEST = 4
_GAP = "  "
_NAMES = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def jit_state(interpreter: "Mapping[str, Any]") -> str:
    """Say in three words whether a JIT is there and on: ``JIT built, off``."""
    if not interpreter["jit_built"]:
        return "no JIT built"
    return "JIT built, on" if interpreter["jit_enabled"] else "JIT built, off"


def interpreter_name(interpreter: "Mapping[str, Any]") -> str:
    """Name the interpreter with what matters about its build: ``CPython 3.14.0 debug``."""
    extras = [word for key, word in (("debug", " debug"), ("free_threaded", " free-threaded")) if interpreter[key]]
    name = interpreter["implementation"]
    return f"{_NAMES.get(name, name)} {interpreter['version']}{''.join(extras)}"


def backend_name(backend: "Mapping[str, Any]") -> str:
    """Name the backend in use: ``warmup 0.1.0``, or why there is none."""
    if backend["disabled"]:
        return "none (switched off by JITCTL_DISABLE)"
    return " ".join(str(backend[key]) for key in ("name", "version") if backend[key])


def columns(text: str) -> int:
    """Count the columns of a terminal that `text` takes: two for most East Asian characters, none for accents."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def one_line(text: str) -> str:
    """Write what would break a line, or steer the terminal, as escapes: names can hold anything."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def cut(text: str, width: int) -> str:
    """Cut text to `width` columns, showing that something is missing."""
    if columns(text) <= width:
        return text
    if text.isascii():
        return text[: max(width - 1, 0)] + "…"
    kept = text
    while kept and columns(kept) >= width:
        kept = kept[:-1]
    return kept + "…"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def text_table(heads: "Sequence[str]", rows: "Sequence[Sequence[str]]", width: int) -> str:
    """Lay out rows in columns that together take at most `width` characters.

    The widest column gives way first, down to a few characters; a terminal too narrow even for
    that gets lines that are too long rather than nothing.
    """
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(columns(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    spare = width - len(_GAP) * (len(widths) - 1)
    while sum(widths) > spare and max(widths) > _NARROWEST:
        widest = widths.index(max(widths))
        rest = sum(widths) - widths[widest]
        second = max(widths[:widest] + widths[widest + 1 :], default=0)
        widths[widest] = max(_NARROWEST, spare - rest, min(second, widths[widest] - 1))
    lines = (_GAP.join(_padded(cut(cell, w), w) for cell, w in zip(row, widths)).rstrip() for row in (heads, *rows))
    return "\n".join(lines)


def html_table(caption: str, heads: "Sequence[str]", rows: "Sequence[Sequence[str]]") -> str:
    """Write the same table for a notebook."""
    from html import escape

    def line(cells: "Sequence[str]", tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    head = line(heads, "th")
    return f"<table><caption>{escape(caption)}</caption><thead>{head}</thead><tbody>{body}</tbody></table>"


def html_list(caption: str, items: "Sequence[str]") -> str:
    """Write a list under a caption for a notebook; nothing where there are no items."""
    from html import escape

    if not items:
        return ""
    return f"<p>{escape(caption)}:</p><ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
