"""`jitctl.stats()`: what became of every hint. Reading changes nothing that is read."""

from collections import Counter
from collections.abc import Sequence

from . import _targets
from ._record import Record
from ._router import backend as _backend
from ._text import backend_name, html_list, html_table, interpreter_name, jit_state, one_line, text_table
from ._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Optional, Union, overload

#: raised by one when a field of `Stats.to_dict` changes its meaning or goes; new fields may come without
SCHEMA = 1
_HEADS = ("function", "hint", "verdict", "code", "tier", "message")
_ROWS_PRINTED = 60
_STATUSES = ("applied", "pending", "partial", "unsupported", "refused")


class Stats(Sequence[Record]):
    """The records of a process or of a part of it: a sequence of `Record`, oldest hint first.

    Printed, it is a table that fits the terminal; in a notebook, HTML; `to_dict` and `to_json`
    give everything.
    """

    __slots__ = ("_backend", "_interpreter", "_records")

    def __init__(self, records: "Iterable[Record]") -> None:
        """Hold these records, and what interpreter and backend they were made with."""
        self._records = list(records)
        self._interpreter: "dict[str, Any]" = _backend.describe()
        self._backend: "dict[str, Any]" = _backend.chosen()

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> Record: ...
        @overload
        def __getitem__(self, index: slice) -> "Stats": ...

    def __getitem__(self, index: "Union[int, slice]") -> "Union[Record, Stats]":
        found = self._records[index]
        return Stats(found) if isinstance(found, list) else found

    def __len__(self) -> int:
        return len(self._records)

    @property
    def headline(self) -> str:
        """The one line to read first: how many hints ended how, with which backend, on what."""
        counts = Counter(record.verdict.status for record in self._records)
        order = [status for status in _STATUSES if counts[status]]
        order += sorted(status for status in counts if status not in _STATUSES)
        parts = ", ".join(f"{counts[status]} {status}" for status in order) or "no hints"
        number = f"{len(self)} function" + ("" if len(self) == 1 else "s")
        where = f"{interpreter_name(self._interpreter)} ({jit_state(self._interpreter)})"
        return f"{number}: {parts}; backend {backend_name(self._backend)} on {where}"

    def to_dict(self) -> "dict[str, Any]":
        """Convert to dicts, lists, strings and numbers; ``schema`` is the version of this shape."""
        return {
            "schema": SCHEMA,
            "jitctl": __version__,
            "headline": self.headline,
            "interpreter": dict(self._interpreter),
            "backend": dict(self._backend),
            "records": [record.to_dict() for record in self._records],
        }

    def to_json(self, indent: "Optional[int]" = None) -> str:
        """Convert to JSON text; `indent` as in `json.dumps`."""
        from json import dumps

        return dumps(self.to_dict(), indent=indent)

    @staticmethod
    def json_schema() -> "dict[str, Any]":
        """Return the JSON Schema of what `to_dict` and `to_json` give."""
        from ._schema import stats_schema

        return stats_schema(SCHEMA)

    def _heads(self) -> "tuple[str, ...]":
        return (*_HEADS[:-1], "calls", *_HEADS[-1:]) if self._profiled else _HEADS

    @property
    def _profiled(self) -> bool:
        return any(record.profile is not None for record in self._records)

    def _rows(self) -> "list[tuple[str, ...]]":
        profiled = self._profiled
        return [
            (
                f"{record.module}.{record.qualname}",
                record.hint,
                record.verdict.status,
                record.verdict.code,
                str(record.tier or "no bytecode"),
                *((record.profile.short if record.profile else "",) if profiled else ()),
                record.verdict.message,
            )
            for record in self._records
        ]

    def _notes(self) -> "list[str]":
        """One line for each function that the JIT can do little for; `record.unfriendly` has the rest."""
        return [
            one_line(f"{record.module}.{record.qualname}: {', '.join(map(str, record.unfriendly))}")
            for record in self._records[:_ROWS_PRINTED]
            if record.unfriendly
        ]

    def __str__(self) -> str:
        from shutil import get_terminal_size

        if not self._records:
            return self.headline
        table = text_table(self._heads(), self._rows()[:_ROWS_PRINTED], get_terminal_size().columns)
        more = len(self) - _ROWS_PRINTED
        rest = f"\n{more} more: stats(name=...) or stats(module=...) narrows, to_dict() has all" if more > 0 else ""
        notes = "".join(f"\nunfriendly to the JIT: {line}" for line in self._notes())
        return f"{self.headline}\n\n{table}{notes}{rest}"

    def __repr__(self) -> str:
        return f"<Stats: {self.headline}>"

    def _repr_html_(self) -> str:
        return html_table(self.headline, self._heads(), self._rows()) + html_list(
            "unfriendly to the JIT", self._notes()
        )


_EVERYTHING: "Any" = object()

if TYPE_CHECKING:

    @overload
    def stats(function: "Union[type, property]", /) -> Stats: ...  # type: ignore[overload-overlap]
    @overload
    def stats(function: object, /) -> Record: ...
    @overload
    def stats(*, module: "Optional[str]" = ..., name: "Optional[str]" = ...) -> Stats: ...


def stats(
    function: "Any" = _EVERYTHING, /, *, module: "Optional[str]" = None, name: "Optional[str]" = None
) -> "Union[Record, Stats]":
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
    functions, gaps = _targets.resolve(function, "stats")
    raw = [_backend.record(thing) for thing in [*functions, *(gap[0] for gap in gaps)]]
    found = [Record(one, _backend) for one in raw if one is not None]
    if not found:
        advice = "decorate it with jit_focus, jit_ignore or jit_once first"
        raise LookupError(f"{_targets.shown(function)} has no hint; {advice}")
    return Stats(found) if _targets.stands_for_several(function) else found[0]


def _matching(module: "Optional[str]", name: "Optional[str]") -> "Iterable[Record]":
    """Make the records that match both patterns; None matches everything."""
    from fnmatch import fnmatchcase

    for raw in _backend.records():
        record = Record(raw, _backend)
        if module is not None and not fnmatchcase(record.module, module):
            continue
        if name is None or fnmatchcase(record.name, name) or fnmatchcase(record.qualname, name):
            yield record
