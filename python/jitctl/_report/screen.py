"""The first screen of a recording, for a terminal."""

from collections.abc import Callable, Iterator

from .._text import cut, one_line, wrapped
from .recording import Function, Recording

#: so many functions are told
MOST = 10
_NARROW = 50
#: colours a text, as `Console.paint` does
Painter = Callable[[str, str], str]


def screen(recording: Recording, width: int, paint: Painter) -> Iterator[str]:
    """Give its lines, none longer than `width`."""
    yield from (paint(line, "bold") for line in wrapped(headline(recording), width, "  "))
    for line in facts(recording):
        yield from wrapped(line, width, "  ")
    if recording.note:
        yield from (paint(line, "yellow") for line in wrapped(f"note: {recording.note}", width, "  "))
    told = [one for one in recording.functions if one.samples][:MOST] or list(recording.functions[:MOST])
    if not told:
        return
    yield ""
    wide = width > _NARROW
    yield paint(f"{'time':>7}{'in JIT':>8}  {'state' if wide else 'function'}", "bold")
    for one in told:
        yield from _function(one, width, paint)
    more = len(recording.functions) - len(told)
    if more > 0:
        yield f"and {more:,} more functions"


def headline(recording: Recording) -> str:
    """Say the most important thing first."""
    share = recording.in_jit
    if share is None:
        return "the share of the time in compiled code is not known"
    return f"{share} of the time in compiled code"


def facts(recording: Recording) -> Iterator[str]:
    """Say what else there is to know of the whole run."""
    status = recording.status
    code = kibibytes(status.machine_code_bytes)
    yield (
        f"{recording.title} on {status.interpreter}: {recording.samples:,} samples in {recording.seconds:.2f} s; "
        f"{status.jit.text}; backend {status.backend}"
    )
    hints = ", ".join(f"{count} {name}" for name, count in status.hints.items()) or "none"
    yield (
        f"{status.regions:,} regions in {status.functions:,} functions, {code} of machine code, "
        f"{status.exits:,} exits; hints: {hints}"
    )
    if recording.exit_code:
        yield f"the program ended with exit code {recording.exit_code}"


def kibibytes(count: int) -> str:
    """Write a number of bytes."""
    if count < 1 << 10:
        return f"{count} bytes"
    return f"{count / (1 << 10):,.0f} KiB" if count < 1 << 20 else f"{count / (1 << 20):,.1f} MiB"


def _function(one: Function, width: int, paint: Painter) -> Iterator[str]:
    inside = "" if one.in_jit is None else f"{100 * one.in_jit:.0f} %"
    color = "green" if one.regions or (one.in_jit or 0) >= 0.5 else "yellow" if one.hint else ""
    first = f"{100 * one.share:5.1f} %{inside:>8}  "
    hint = f"{one.hint}, " if one.hint else ""
    room = width - len(first)
    name, state = one_line(one.name), f"{hint}{one.state}"
    if room > len(name) + 2 + len(state):
        yield first + name + "  " + (paint(state, color) if color else state)
    else:
        yield first + cut(name, room)
        for line in wrapped(state, max(width - len(first), 10)):
            yield " " * len(first) + (paint(line, color) if color else line)
    for why in reasons(one):
        yield from wrapped(why, width, " " * (len(first) + 2), " " * len(first))


def reasons(one: Function) -> list[str]:
    """Say why a function does not run compiled, where that is known."""
    found = [f"{reason}: {reason.message}; {reason.advice}" for reason in one.reasons]
    if one.hint and one.status not in ("applied", "") and not found:
        found.append("; ".join(filter(None, [f"{one.verdict}: {one.message}", one.advice])))
    return [one_line(text) for text in found]
