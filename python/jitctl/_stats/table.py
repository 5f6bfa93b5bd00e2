"""The table that `print(jitctl.stats())` shows, laid out for the width of the terminal.

One row a function where everything fits. Where not, the package behind the function's name goes first; then the message
moves to lines of its own, wrapped, and on narrow terminals all but function, hint and verdict with it. So the message,
which says what is the matter, is never cut.
"""

from collections.abc import Sequence

from .._text import GAP, aligned, columns, one_line, wrapped

_INDENT = "    "
#: below this the function's name is unreadable, and the columns behind it give way
_NARROWEST = 12
#: function, hint, verdict
_FEWEST = 3


def text_table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Lay out `rows`, whose first cell is a function's title and whose last one is the message."""
    names, full = list(heads), [[one_line(cell) for cell in row] for row in rows]
    if _natural([names, *full]) <= width:
        return _flat(names, full)
    short = [[_own_name(row[0]), *row[1:]] for row in full]
    if _natural([names, *short]) <= width:
        return _flat(names, short)
    return _stacked(names, full, width)


def _own_name(title: str) -> str:
    return title.partition(" (")[0]


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(columns(cell) for cell in column) for column in zip(*lines, strict=False)]


def _natural(lines: Sequence[Sequence[str]]) -> int:
    widths = _widths(lines)
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _flat(heads: list[str], rows: list[list[str]]) -> str:
    widths = _widths([heads, *rows])
    return "\n".join(aligned(line, widths) for line in (heads, *rows))


def _stacked(heads: list[str], rows: list[list[str]], width: int) -> str:
    """Put as many columns as fit on the first line of a function, the others below it."""
    kept = len(heads) - 1
    while kept > _FEWEST and width - _behind(heads, rows, kept) < _needed(heads, rows):
        kept -= 1
    first = max(width - _behind(heads, rows, kept), 1)
    widths = [min(first, _widths([heads, *rows])[0]), *_widths([heads, *rows])[1:kept]]
    lines = []
    for row in (heads, *rows):
        below = "; ".join(cell for cell in row[kept:] if cell)
        # The mark of what was cut would take the name's last letter where there is room for the name alone.
        title = row[0] if columns(_own_name(row[0])) < first else _own_name(row[0])
        lines += [aligned([title, *row[1:kept]], widths), *wrapped(below, width, _INDENT, first=_INDENT)]
    return "\n".join(lines)


def _behind(heads: list[str], rows: list[list[str]], kept: int) -> int:
    """Count the columns that the cells behind the function's name take, gaps included."""
    return sum(width + len(GAP) for width in _widths([heads, *rows])[1:kept])


def _needed(heads: list[str], rows: list[list[str]]) -> int:
    """Count the columns that the functions' own names need, within reason."""
    longest = max([columns(heads[0]), *(columns(_own_name(row[0])) for row in rows)])
    return min(longest, 2 * _NARROWEST)
