"""`jitctl.compiled()` and `jitctl.status()`: what is compiled in this process, whoever asked for it."""

from collections import Counter
from dataclasses import dataclass, field

from .._router import backend as _backend
from .._stats.plain import Count, Plain
from .._stats.records import Region, Tier
from .._stats.system import Backend, Interpreter, Jit, read_system
from .functions import all_functions
from .traces import Trace, traces_of


@dataclass(frozen=True, slots=True)
class Compiled(Plain):
    """A function with compiled regions. ``hint`` is None where it has none: CPython's JIT chose it by itself."""

    module: str
    qualname: str
    file: str
    line: int
    hint: str | None
    regions: tuple[Region, ...]
    _traces: tuple[Trace, ...] = field(compare=False, repr=False)

    def __str__(self) -> str:
        """Say it in one line: ``shop.pricing:Cart.total (focus): 2 regions, 8192 bytes``."""
        number = f"{len(self.regions)} region" + ("" if len(self.regions) == 1 else "s")
        code = sum(region.machine_code_bytes or 0 for region in self.regions)
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.module}:{self.qualname}{hint}: {number}, {code} bytes"


def compiled() -> tuple[Compiled, ...]:
    """Return every function that has compiled code now, hinted or not, those with most machine code first.

    It looks through all functions of the process: some 20 microseconds each. Where the interpreter cannot be asked for
    its compiled code, there are none.
    """
    found = []
    for function in all_functions():
        regions = tuple(one for one in Tier.read(_backend.observe(function)).regions if one.valid)
        if not regions:
            continue
        record = _backend.record(function)
        code = function.__code__
        found.append(
            Compiled(
                function.__module__ or "",
                function.__qualname__,
                code.co_filename,
                code.co_firstlineno,
                record["hint"] if record else None,
                regions,
                traces_of(code, regions),
            )
        )
    return tuple(sorted(found, key=lambda one: -sum(region.machine_code_bytes or 0 for region in one.regions)))


@dataclass(frozen=True, slots=True)
class Status(Plain):
    """What the JIT does in this process.

    ``hints`` counts the records by status; ``functions`` those with compiled code, ``hinted`` of them with a hint of
    their own; ``regions``, ``machine_code_bytes`` and ``exits`` are of all of them together, where a trace that
    several functions lead to counts once. ``disabled``: hints are switched off, by JITCTL_DISABLE or `jitctl.disable`.
    """

    interpreter: Interpreter
    backend: Backend
    jit: Jit
    disabled: bool
    hints: dict[str, int]
    functions: Count
    hinted: Count
    regions: Count
    machine_code_bytes: Count
    exits: Count

    def __str__(self) -> str:
        """Say it in two lines."""
        hints = ", ".join(f"{count} {status}" for status, count in self.hints.items()) or "no hints"
        off = "; hints are switched off" if self.disabled else ""
        return (
            f"{self.jit.text}; backend {self.backend} on {self.interpreter}; {hints}{off}\n"
            f"{self.functions} functions compiled ({self.hinted} with a hint): {self.regions} regions, "
            f"{self.machine_code_bytes} bytes of machine code"
        )


def status() -> Status:
    """Return what the JIT does in this process: on or off now, and by whom; hints; compiled code in total."""
    return status_with(compiled())


def status_with(found: tuple[Compiled, ...]) -> Status:
    """Do the same with what `compiled` gave a moment ago."""
    from .switch import is_disabled

    system = read_system()
    traces = {trace.identity: trace for one in found for trace in one._traces}.values()
    return Status(
        system.interpreter,
        system.backend,
        system.jit,
        system.backend.disabled or is_disabled(),
        dict(Counter(record["verdict"]["status"] for record in _backend.records())),
        len(found),
        sum(one.hint is not None for one in found),
        len(traces),
        sum(trace.machine_code_bytes for trace in traces),
        sum(trace.exits for trace in traces),
    )
