"""What became of one hint: `Record`, its `Verdict`, and the `Tier` the function is in now.

Read-only data, made when somebody asks (`jitctl.stats`), not while the program runs.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from weakref import ref

from .._text import html_pairs, one_line, reason_name
from .._wrapping import innermost, is_cython
from .plain import Count, Plain
from .profile import Profile

#: how often verdict and state are read again where the code changes between the two
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Verdict(Plain):
    """How a hint ended.

    * ``status``: applied, pending (will be decided when the function runs), partial, unsupported
      (nothing here can act on it) or refused (something could, and would not).
    * ``code``: stable, for programs. ``message``: one sentence. ``advice``: what to do about it.
    * ``measures``: (name, value, unit), as far as the backend measured something; ``measure(name)`` is one of them.
    """

    status: Literal["applied", "pending", "partial", "unsupported", "refused"]
    code: str
    message: str
    advice: str
    measures: tuple[tuple[str, float, str], ...]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Verdict":
        """Take the verdict from the form in which the backend module gives it."""
        measures = tuple(tuple(measure) for measure in raw["measures"])
        return cls.of(raw, advice=_followable(raw["advice"]), measures=measures)

    def measure(self, name: str) -> float | None:
        """Give the value of one of the ``measures`` by its name; None where it was not measured here."""
        return next((value for known, value, _unit in self.measures if known == name), None)


def _followable(advice: str) -> str:
    """Say it so that it can be done in this process: a frozen app is no interpreter that could run a module."""
    if not getattr(sys, "frozen", False):
        return advice
    call = "call `jitctl.__main__.main(['doctor'])` in the app"
    for command in ("run `python -m jitctl doctor`", "`python -m jitctl doctor`", "python -m jitctl doctor"):
        if command in advice:
            return advice.replace(command, call)
    return advice


@dataclass(frozen=True, slots=True)
class Other(Plain):
    """What another backend of the chain said of the hint: one that was asked before, or, under ignore, too."""

    backend: str
    verdict: Verdict

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Other":
        """Take it from the form in which the backend module gives it."""
        return cls.of(raw, verdict=Verdict.read(raw["verdict"]))

    def __str__(self) -> str:
        """Say it in one line: ``has-effects: not trained, ...``."""
        return f"{self.verdict.code}: {self.verdict.message}"


@dataclass(frozen=True, slots=True)
class Region(Plain):
    """A compiled part of a function: a loop, an entry, or what one of their exits leads to.

    ``offset`` is in bytes of bytecode; ``line`` and ``last_line`` are source lines; ``valid`` is
    false once CPython threw the code away. Sizes are None where the interpreter does not tell.
    """

    offset: Count
    line: int | None
    last_line: int | None
    kind: str
    micro_ops: int | None
    machine_code_bytes: int | None
    exits: int | None
    valid: bool


@dataclass(frozen=True, slots=True)
class Exit(Plain):
    """A line at which compiled code was left, why (``code``, ``message``), and how often, where a backend counts it."""

    line: int
    code: str
    message: str
    count: Count


@dataclass(frozen=True, slots=True)
class Tier(Plain):
    """How far the interpreter has come with a function, when it was asked.

    Instructions are counted in all, those CPython could specialise, those it did, and those where it
    ``failed`` more than once, since too many types or kinds of objects come by. ``warmth`` is the share
    of the second that are one of the last two, or that compiled code runs instead (a compiled entry
    stands for the whole function, a compiled loop for its body): at 1.0 the function is as warm as it
    gets. None means that this interpreter or backend does not tell. ``regions`` has each compiled trace once,
    ``exits`` where compiled code was left and how often (the compiler counts it, CPython's JIT does not).
    """

    instructions: int | None
    specialisable: int | None
    specialised: int | None
    failed: int | None
    warmth: float | None
    regions: tuple[Region, ...]
    exits: tuple[Exit, ...] = ()

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Tier":
        """Take the state from the form in which `observe` gives it."""
        settled, all_of_them = raw.get("settled"), raw.get("specialisable")
        warmth = None if settled is None or not all_of_them else settled / all_of_them
        regions = tuple(Region.of(region) for region in raw.get("regions", ()))
        return cls.of(raw, warmth=warmth, regions=regions, exits=tuple(map(Exit.of, raw.get("exits", ()))))

    def __str__(self) -> str:
        """Say it in a few words: interpreted, specialised 45 %, compiled at line 7."""
        return self.words()

    def words(self, partly: bool = False) -> str:
        """Say it in a few words; `partly` where more is to be compiled than is."""
        live = [region for region in self.regions if region.valid]
        if live:
            return _compiled(live, partly)
        if self.instructions is None:
            return "not known"
        if self.specialised and self.specialisable:
            share = f"specialised {100 * self.specialised // self.specialisable} %"
            return f"{share}, no more possible" if self.warmth == 1.0 and self.failed else share
        return "interpreted"


def _compiled(regions: list[Region], partly: bool) -> str:
    start = "partly compiled" if partly else "compiled"
    ends = [end for region in regions for end in (region.line, region.last_line) if end is not None]
    if len(regions) == 1:
        line = f"line {regions[0].line}"
        return (f"{start}: {line}" if partly else f"{start} at {line}") if ends else start
    number = f"{start}: {len(regions)} regions"
    if not ends:
        return number
    first, last = min(ends), max(ends)
    return f"{number}, line {first}" if first == last else f"{number}, lines {first} to {last}"


@dataclass(frozen=True, slots=True)
class Reason(Plain):
    """Why a function gains little or nothing from the JIT of this interpreter.

    ``code`` is stable, for programs; ``line`` is the source line that shows it, or None; ``message`` one sentence;
    ``advice`` what to do.
    """

    code: str
    line: int | None
    message: str
    advice: str

    def __str__(self) -> str:
        """Name it with its line: ``raise-in-loop (line 12)``."""
        return reason_name(self.code, self.line)


@dataclass(frozen=True, slots=True, repr=False)
class Record(Plain):
    """One hinted object: where it is defined, what was asked, and what came of it.

    ``hint`` is focus, ignore or once; ``origin`` says whether the function itself was decorated, its
    class, or a wrapper around it; ``backend`` names the one that acts, ``others`` says what the other
    ones of the chain said that were asked; ``tier`` is None for what has no bytecode. ``unfriendly``
    lists why the JIT of this interpreter can do little for it: empty where nothing is known, where there
    is no JIT, and under ignore. ``profile`` is None unless one was asked for. A record does not keep the
    function alive: `function` is None once it is gone.
    """

    name: str
    module: str
    qualname: str
    file: str | None
    line: int | None
    hint: Literal["focus", "ignore", "once"]
    origin: Literal["function", "class", "wrapper"]
    backend: str
    verdict: Verdict
    others: tuple[Other, ...]
    tier: Tier | None
    unfriendly: tuple[Reason, ...]
    profile: Profile | None
    _function: Callable[[], Any] = field(compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any], backend: Any) -> "Record":
        """Take a record of the backend module, and ask `backend` for the function's state and profile."""
        thing = raw["object"]
        code = thing.__code__ if type(thing) is _Function else None
        if not hasattr(code, "co_firstlineno"):
            code = None  # PyPy's builtin functions are functions with a code object of another kind
        raw, tier = _as_one(raw, backend) if code else (raw, None)
        verdict = Verdict.read(raw["verdict"])
        judged = code is not None and raw["hint"] != "ignore"
        profile = backend.profile(thing) if code else None
        uncompiled = "the hint keeps it out of compiled code" if raw["hint"] == "ignore" else verdict.message
        return cls.of(
            raw,
            name=_text(thing, "__name__"),
            module=_text(thing, "__module__"),
            qualname=_text(thing, "__qualname__"),
            file=code.co_filename if code else None,
            line=code.co_firstlineno if code else None,
            verdict=verdict,
            others=tuple(map(Other.read, raw["others"])),
            tier=tier,
            unfriendly=tuple(Reason.of(reason) for reason in backend.unfriendly(thing)) if judged else (),
            profile=None if profile is None else Profile.read(profile, uncompiled),
            _function=_reference(thing),
        )

    @property
    def function(self) -> Any:
        """The hinted object, or None when it is gone."""
        return self._function()

    @property
    def title(self) -> str:
        """The function's own name first, then where it is: ``Point.dist (shop.geo)``."""
        outer, _, own = self.qualname.rpartition("<locals>.")
        place = ".".join(part for part in (self.module, outer.replace(".<locals>.", ".").strip(".")) if part)
        return one_line(f"{own} ({place})")

    @property
    def state(self) -> str:
        """How far the code has come, in the words that go with the verdict: partly compiled while more is armed."""
        return self.tier.words(partly=self.verdict.code == "armed") if self.tier else "no bytecode"

    def __str__(self) -> str:
        """Write the record on a few lines, the verdict first."""
        details = (f"  {name}: {text}" if name else f"  {text}" for name, text in self._details)
        return "\n".join(map(one_line, [self._first, *details]))

    def __repr__(self) -> str:
        return one_line(f"<Record {self._first}, {self.state}>")

    def _repr_html_(self) -> str:
        """Write it as a table for a notebook."""
        return html_pairs(one_line(self._first), self._details)

    @property
    def _first(self) -> str:
        return f"{self.module}.{self.qualname}: {self.hint} {self.verdict.status} ({self.verdict.code})"

    @property
    def _details(self) -> list[tuple[str, str]]:
        """Everything beside the first line that there is something to say about, as pairs of a name and a text."""
        place = f" ({self.file}:{self.line})" if self.file else ""
        pairs = [
            ("", self.verdict.message),
            ("what to do", self.verdict.advice),
            ("tier", self.state if self.tier else ""),
            *(("unfriendly to the JIT", f"{one}: {one.message}; {one.advice}") for one in self.unfriendly),
            *((name.replace("_", " "), _measure(value, unit)) for name, value, unit in self.verdict.measures),
            ("profile", str(self.profile or "")),
            *((one.backend, str(one)) for one in self.others),
            ("backend", f"{self.backend}{place}"),
        ]
        return [(name, text) for name, text in pairs if text]


def _as_one(raw: Mapping[str, Any], backend: Any) -> tuple[Mapping[str, Any], Tier]:
    """Read the verdict and the state of the code so that both speak of one moment.

    Other threads run meanwhile, and code is compiled or dropped: then both are read once more.
    """
    thing = raw["object"]
    state = backend.observe(thing)
    for _ in range(_ATTEMPTS):
        raw = backend.record(thing) or raw
        after = backend.observe(thing)
        if after["regions"] == state["regions"]:
            break
        state = after
    return raw, Tier.read(state)


def _measure(value: float, unit: str) -> str:
    word = unit[:-1] if value == 1 and len(unit) > 2 and unit.endswith("s") else unit
    return f"{value:g} {word}".rstrip()


_Function = type(lambda: None)


def _text(thing: Any, attribute: str) -> str:
    """Read a name off the object or its class, which need not have one or may answer nonsense.

    A partial or a cache goes by the name of the function in it.
    """
    thing = innermost(thing)
    if issubclass(type(thing), type):
        return str(type.__getattribute__(thing, attribute))  # not what a metaclass makes of it
    for owner in (thing, type(thing)):
        found = getattr(owner, attribute, None) if type(owner) in _NAMED or is_cython(owner) else None
        if isinstance(found, str):
            return found
    return str(getattr(type(thing), attribute, "?"))


#: types whose names are theirs; an instance of a user's class is called by its class's name
_NAMED = (_Function, type, type(len), type(str.upper), type(object.__init__))


def _reference(thing: Any) -> Callable[[], Any]:
    try:
        return ref(thing)
    except TypeError:  # slotted instances and method descriptors cannot be referred to weakly
        return lambda: thing
