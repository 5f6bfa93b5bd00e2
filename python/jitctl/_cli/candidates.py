"""The backends that there are, the chain in use first, then best first: read by `doctor` and `backends`."""

from dataclasses import dataclass
from typing import Literal

from .. import _router
from .._stats.plain import Plain


@dataclass(frozen=True, slots=True)
class Candidate(Plain):
    """A backend that was found, and why it is or is not used."""

    name: str
    version: str | None
    file: str | None
    source: Literal["built-in", "path", "entry-point"]
    usable: bool
    chosen: bool
    code: str
    reason: str
    hints: tuple[str, ...]
    requires: str | None
    interface: str | None
    rank: int | None
    description: str | None

    @property
    def title(self) -> str:
        """Name and version, as far as it is known."""
        return " ".join(part for part in (self.name, self.version) if part)


def candidates() -> tuple[Candidate, ...]:
    """Find all backends: the chain in use first, then those that can be used, best first, then the rest."""
    found = [Candidate.of(one, hints=tuple(one["hints"])) for one in _router.backend.candidates()]
    chain = [link["name"] for link in _router.backend.chosen()["chain"]]

    def place(one: Candidate) -> tuple[int, bool, int]:
        first = chain.index(one.name) if one.chosen and one.name in chain else len(chain)
        return (first, not one.usable, -(one.rank or 0))

    return tuple(sorted(found, key=place))
