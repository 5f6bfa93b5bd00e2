"""What became of one hint: `Record`, its `Verdict`, and the `Tier` the function is in now.

Plain read-only data, made when somebody asks (`jitctl.stats`), not while the program runs.
"""

from weakref import ref

from ._text import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Optional

    from ._profile import Profile


class _Plain:
    """Compares, prints and converts by its slots; private ones stay out of it."""

    __slots__: "tuple[str, ...]" = ()

    def to_dict(self) -> "dict[str, Any]":
        """Convert to dicts, lists, strings and numbers, as JSON wants them."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__ if not name.startswith("_")}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.to_dict() == self.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{key}={value!r}" for key, value in self.to_dict().items())
        return f"{type(self).__name__}({fields})"


def _plain(value: "Any") -> "Any":
    if isinstance(value, _Plain):
        return value.to_dict()
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


class Verdict(_Plain):
    """How a hint ended.

    * ``status``: applied, pending (will be decided when the function runs), partial, unsupported
      (nothing here can act on it) or refused (something could, and would not).
    * ``code``: stable, for programs. ``message``: one sentence. ``advice``: what to do about it.
    * ``measures``: (name, value, unit), as far as the backend measured something.
    """

    __slots__ = ("status", "code", "message", "advice", "measures")

    status: str
    code: str
    message: str
    advice: str
    measures: "tuple[tuple[str, float, str], ...]"

    def __init__(self, raw: "Mapping[str, Any]") -> None:
        """Take the verdict from the form in which the backend module gives it."""
        self.status = raw["status"]
        self.code = raw["code"]
        self.message = raw["message"]
        self.advice = raw["advice"]
        self.measures = tuple(tuple(measure) for measure in raw["measures"])


class Region(_Plain):
    """A compiled part of a function: a loop or an entry.

    ``offset`` is in bytes of bytecode; ``line`` and ``last_line`` are source lines; ``valid`` is
    false once CPython threw the code away. Sizes are None where the interpreter does not tell.
    """

    __slots__ = ("offset", "line", "last_line", "kind", "micro_ops", "machine_code_bytes", "exits", "valid")

    offset: int
    line: "Optional[int]"
    last_line: "Optional[int]"
    kind: str
    micro_ops: "Optional[int]"
    machine_code_bytes: "Optional[int]"
    exits: "Optional[int]"
    valid: bool

    def __init__(self, raw: "Mapping[str, Any]") -> None:
        """Take the region from the form in which the backend module gives it."""
        for name in self.__slots__:
            setattr(self, name, raw.get(name))


class Tier(_Plain):
    """How far the interpreter has come with a function, when it was asked.

    Instructions are counted in all, those CPython could specialise, those it did, and those where it
    ``failed`` more than once, since too many types or kinds of objects come by. ``warmth`` is the share
    of the second that are one of the last two, or that compiled code runs instead (a compiled entry
    stands for the whole function, a compiled loop for its body): at 1.0 the function is as warm as it
    gets. None means that this interpreter or backend does not tell.
    """

    __slots__ = ("instructions", "specialisable", "specialised", "failed", "warmth", "regions")

    instructions: "Optional[int]"
    specialisable: "Optional[int]"
    specialised: "Optional[int]"
    failed: "Optional[int]"
    warmth: "Optional[float]"
    regions: "list[Region]"

    def __init__(self, raw: "Mapping[str, Any]") -> None:
        """Take the state from the form in which `observe` gives it."""
        self.instructions = raw.get("instructions")
        self.specialisable = raw.get("specialisable")
        self.specialised = raw.get("specialised")
        self.failed = raw.get("failed")
        settled = raw.get("settled")
        self.warmth = None if settled is None or not self.specialisable else settled / self.specialisable
        self.regions = [Region(region) for region in raw.get("regions", ())]

    def __str__(self) -> str:
        """Say it in a few words: interpreted, specialised 45 %, compiled."""
        live = [region for region in self.regions if region.valid]
        if live:
            lines = ", ".join(str(region.line) for region in live if region.line is not None)
            return f"compiled at line {lines}" if lines else "compiled"
        if self.instructions is None:
            return "not known"
        if self.specialised and self.specialisable:
            share = f"specialised {100 * self.specialised // self.specialisable} %"
            return f"{share}, no more possible" if self.warmth == 1.0 and self.failed else share
        return "interpreted"


class Reason(_Plain):
    """Why a function gains little or nothing from the JIT of this interpreter.

    ``code`` is stable, for programs (`jitctl._router.backend.reasons` lists all that there can be here);
    ``line`` is the source line that shows it, or None; ``message`` one sentence; ``advice`` what to do.
    """

    __slots__ = ("code", "line", "message", "advice")

    code: str
    line: "Optional[int]"
    message: str
    advice: str

    def __init__(self, raw: "Mapping[str, Any]") -> None:
        """Take the reason from the form in which `unfriendly` gives it."""
        for name in self.__slots__:
            setattr(self, name, raw[name])

    def __str__(self) -> str:
        """Name it with its line: ``raise-in-loop (line 12)``."""
        return self.code if self.line is None else f"{self.code} (line {self.line})"


class Record(_Plain):
    """One hinted object: where it is defined, what was asked, and what came of it.

    ``hint`` is focus, ignore or once; ``origin`` says whether the function itself was decorated
    or its class; ``tier`` is None for what has no bytecode. ``unfriendly`` lists why the JIT of this
    interpreter can do little for it: empty where nothing is known, where there is no JIT, and under
    ignore. ``profile`` is None unless one was asked for. A record does not keep the function alive:
    `function` is None once it is gone.
    """

    __slots__ = (
        "name",
        "module",
        "qualname",
        "file",
        "line",
        "hint",
        "origin",
        "backend",
        "verdict",
        "tier",
        "unfriendly",
        "profile",
        "_function",
    )

    name: str
    module: str
    qualname: str
    file: "Optional[str]"
    line: "Optional[int]"
    hint: str
    origin: str
    backend: str
    verdict: Verdict
    tier: "Optional[Tier]"
    unfriendly: "tuple[Reason, ...]"
    profile: "Optional[Profile]"

    def __init__(self, raw: "Mapping[str, Any]", backend: "Any") -> None:
        """Take a record of the backend module, and ask `backend` for the function's state and profile."""
        thing = raw["object"]
        code = thing.__code__ if type(thing) is _Function else None
        if not hasattr(code, "co_firstlineno"):
            code = None  # PyPy's builtin functions are functions with a code object of another kind
        self._function = _reference(thing)
        self.name = _text(thing, "__name__")
        self.module = _text(thing, "__module__")
        self.qualname = _text(thing, "__qualname__")
        self.file = code.co_filename if code else None
        self.line = code.co_firstlineno if code else None
        self.hint = raw["hint"]
        self.origin = raw["origin"]
        self.backend = raw["backend"]
        self.verdict = Verdict(raw["verdict"])
        self.tier = Tier(backend.observe(thing)) if code else None
        wanted = code is not None and self.hint != "ignore"
        self.unfriendly = tuple(map(Reason, backend.unfriendly(thing))) if wanted else ()
        self.profile = _profile(backend.profile(thing) if code else None)

    @property
    def function(self) -> "Any":
        """The hinted object, or None when it is gone."""
        return self._function()

    def __str__(self) -> str:
        """Write the record on a few lines, the verdict first."""
        place = f" ({self.file}:{self.line})" if self.file else ""
        verdict = self.verdict
        lines = [
            one_line(f"{self.module}.{self.qualname}: {self.hint} {verdict.status} ({verdict.code})"),
            f"  {verdict.message}",
            f"  what to do: {verdict.advice}" if verdict.advice else "",
            f"  tier: {self.tier}" if self.tier else "",
            *(f"  unfriendly to the JIT: {one}: {one.message}; {one.advice}" for one in self.unfriendly),
            *(f"  {name}: {value:g} {unit}" for name, value, unit in verdict.measures),
            f"  profile: {self.profile}" if self.profile else "",
            f"  backend: {self.backend}{place}",
        ]
        return "\n".join(line for line in lines if line)


_Function = type(lambda: None)


def _profile(raw: "Optional[Mapping[str, Any]]") -> "Optional[Profile]":
    if raw is None:
        return None
    from ._profile import Profile

    return Profile(raw)


def _text(thing: "Any", attribute: str) -> str:
    """Read a name off the object or its class, which need not have one or may answer nonsense."""
    for owner in (thing, type(thing)):
        found = getattr(owner, attribute, None) if type(owner) in _NAMED else None
        if isinstance(found, str):
            return found
    return str(getattr(type(thing), attribute, "?"))


#: types whose names are theirs; an instance of a user's class is called by its class's name
_NAMED = (_Function, type, type(len), type(str.upper), type(object.__init__))


def _reference(thing: "Any") -> "Callable[[], Any]":
    try:
        return ref(thing)
    except TypeError:  # slotted instances and method descriptors cannot be referred to weakly
        return lambda: thing
