"""`jitctl.stats()`: what became of every hint. Reading changes nothing that is read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from .. import _targets
from .._router import backend as _backend
from .._text import html_list, html_table, one_line, wrapped
from .._version import __version__
from .plain import Plain, published_schema
from .records import Record
from .system import Backend, Interpreter, Jit, read_system
from .table import text_table

#: raised by one when a field of `Stats.to_dict` changes its meaning or goes; new fields may come without
SCHEMA = 1
_HEADS = ("function", "hint", "verdict", "code", "tier", "message")
_ROWS_PRINTED = 60
_STATUSES = ("applied", "pending", "partial", "unsupported", "refused")


@dataclass(frozen=True, slots=True)
class _Document(Plain):
    """Everything that `Stats.to_dict` gives; ``schema`` is the version of this shape."""

    schema: int
    jitctl: str
    headline: str
    interpreter: Interpreter
    backend: Backend
    jit: Jit
    records: tuple[Record, ...]


class Stats(Sequence[Record]):
    """The records of a process or of a part of it: a sequence of `Record`, oldest hint first.

    Everything is read when it is made. Printed, it is a table that fits the terminal; in a notebook, HTML;
    `to_dict` and `to_json` give everything.
    """

    __slots__ = ("_records", "_system")

    def __init__(self, records: Iterable[Record]) -> None:
        """Hold these records, and what interpreter, backend and JIT they were made with."""
        self._records = list(records)
        self._system = read_system()

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> Record: ...
        @overload
        def __getitem__(self, index: slice) -> "Stats": ...

    def __getitem__(self, index: int | slice) -> "Record | Stats":
        found = self._records[index]
        return Stats(found) if isinstance(found, list) else found

    def __len__(self) -> int:
        return len(self._records)

    @property
    def headline(self) -> str:
        """The one line to read first: how many hints ended how, with which backend, on what."""
        counts = Counter[str](record.verdict.status for record in self._records)
        order = [status for status in _STATUSES if counts[status]]
        order += sorted(status for status in counts if status not in _STATUSES)
        parts = ", ".join(f"{counts[status]} {status}" for status in order) or "no hints"
        number = f"{len(self)} function" + ("" if len(self) == 1 else "s")
        system = self._system
        return f"{number}: {parts}; backend {system.backend} on {system.interpreter} ({system.jit.text})"

    def to_dict(self) -> dict[str, Any]:
        """Convert to dicts, lists, strings and numbers; ``schema`` is the version of this shape."""
        return self._document().to_dict()

    def to_json(self, indent: int | None = None) -> str:
        """Convert to JSON text; `indent` as in `json.dumps`."""
        return self._document().to_json(indent)

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema of what `to_dict` and `to_json` give."""
        return published_schema(_Document, "jitctl.stats()", SCHEMA)

    def _document(self) -> _Document:
        system = self._system
        return _Document(
            SCHEMA,
            __version__,
            self.headline,
            system.interpreter,
            system.backend,
            system.jit,
            tuple(self._records),
        )

    def _heads(self) -> tuple[str, ...]:
        return (*_HEADS[:-1], "calls", *_HEADS[-1:]) if self._profiled else _HEADS

    @property
    def _profiled(self) -> bool:
        return any(record.profile is not None for record in self._records)

    def _rows(self) -> list[tuple[str, ...]]:
        profiled = self._profiled
        return [
            (
                record.title,
                record.hint,
                record.verdict.status,
                record.verdict.code,
                record.state,
                *((record.profile.short if record.profile else "",) if profiled else ()),
                record.verdict.message,
            )
            for record in self._records
        ]

    def _notes(self) -> list[str]:
        """One line for each function that the JIT can do little for; `record.unfriendly` has the rest."""
        return [
            f"{record.title}: {one_line(', '.join(map(str, record.unfriendly)))}"
            for record in self._records[:_ROWS_PRINTED]
            if record.unfriendly
        ]

    def __str__(self) -> str:
        from shutil import get_terminal_size

        width = get_terminal_size().columns
        lines = wrapped(self.headline, width, "  ")
        if not self._records:
            return "\n".join(lines)
        lines += ["", text_table(self._heads(), self._rows()[:_ROWS_PRINTED], width)]
        for note in self._notes():
            lines += wrapped(f"unfriendly to the JIT: {note}", width, "  ")
        more = len(self) - _ROWS_PRINTED
        if more > 0:
            hint = f"{more} more: stats(name=...) or stats(module=...) narrows, to_dict() has all"
            lines += wrapped(hint, width, "  ")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Stats: {self.headline}>"

    def _repr_html_(self) -> str:
        return html_table(self.headline, self._heads(), self._rows()) + html_list(
            "unfriendly to the JIT", self._notes()
        )


_EVERYTHING: Any = object()

if TYPE_CHECKING:

    @overload
    def stats(function: type | property, /) -> Stats: ...  # type: ignore[overload-overlap]
    @overload
    def stats(function: object, /) -> Record: ...
    @overload
    def stats(*, module: str | None = ..., name: str | None = ...) -> Stats: ...


def stats(function: Any = _EVERYTHING, /, *, module: str | None = None, name: str | None = None) -> Record | Stats:
    """Return the records of all hints, or what is known of one object.

    * ``stats()``: all; ``module`` and ``name`` narrow to those whose module, and whose name or
      qualified name, match (``*`` and ``?`` stand for any text and any character).
    * ``stats(f)``: the one `Record` of a function, method or anything else that was hinted.
    * ``stats(C)`` for a class, property or singledispatch function, which can stand for several
      functions: `Stats` of those.

    Raises LookupError when the object has no hint, TypeError when it could not have one.
    """
    if function is _EVERYTHING:
        return Stats(_matching(module, name))
    if module is not None or name is not None:
        raise TypeError("stats takes either a function or module= and name=, not both")
    raw = [_backend.record(thing) for thing in _targets.recorded(function, "stats")]
    found = [Record.read(one, _backend) for one in raw if one is not None]
    if not found:
        advice = "decorate it with jit_focus, jit_ignore or jit_once first"
        raise LookupError(f"{_targets.shown(function)} has no hint; {advice}")
    return Stats(found) if _targets.stands_for_several(function) else found[0]


def _matching(module: str | None, name: str | None) -> Iterable[Record]:
    """Make the records that match both patterns; None matches everything."""
    from fnmatch import fnmatchcase

    for raw in _backend.records():
        record = Record.read(raw, _backend)
        if module is not None and not fnmatchcase(record.module, module):
            continue
        if name is None or fnmatchcase(record.name, name) or fnmatchcase(record.qualname, name):
            yield record
