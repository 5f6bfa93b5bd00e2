"""Text for terminals and notebooks: columns, cutting and wrapping, tables in text and HTML, what things are called."""

from collections.abc import Sequence

GAP = "  "
_INTERPRETERS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def interpreter_name(implementation: str, version: str, debug: bool, free_threaded: bool) -> str:
    """Name an interpreter with what matters about its build: ``CPython 3.14.0 debug``."""
    extras = (" debug" if debug else "") + (" free-threaded" if free_threaded else "")
    return f"{_INTERPRETERS.get(implementation, implementation)} {version}{extras}"


def reason_name(code: str, line: "int | None") -> str:
    """Name a reason with its line: ``raise-in-loop (line 12)``."""
    return code if line is None else f"{code} (line {line})"


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


def wrapped(text: str, width: int, indent: str = "", first: str = "") -> list[str]:
    """Break text into lines of at most `width` columns: the first one behind `first`, the others behind `indent`.

    A word that is longer than a line is broken: nothing is left out.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else first + word
        if line and columns(longer) > width:
            lines.append(line)
            longer = indent + word
        while columns(longer) > width:
            head = _head(longer, width)
            if len(head) <= len(indent):
                break  # too narrow for a single character
            lines.append(head)
            longer = indent + longer[len(head) :]
        line = longer
    return [*lines, line]


def _head(text: str, width: int) -> str:
    kept = text[:width]
    while columns(kept) > width:
        kept = kept[:-1]
    return kept


def padded(text: str, width: int) -> str:
    """Fill text up with blanks to `width` columns."""
    return text + " " * (width - columns(text))


def aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Write one row of a table, each cell cut and padded to its column's width."""
    return GAP.join(padded(cut(cell, width), width) for cell, width in zip(cells, widths, strict=False)).rstrip()


def html_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table for a notebook."""
    from html import escape

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    head = line(heads, "th")
    return f"<table><caption>{escape(caption)}</caption><thead>{head}</thead><tbody>{body}</tbody></table>"


def html_pairs(caption: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Write names and texts as a table of two columns for a notebook; pairs without a text are left out."""
    from html import escape

    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in pairs if text)
    return f"<table><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>"


def html_list(caption: str, items: Sequence[str]) -> str:
    """Write a list under a caption for a notebook; nothing where there are no items."""
    from html import escape

    if not items:
        return ""
    return f"<p>{escape(caption)}:</p><ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
