"""README's table of speeds, and docs/numbers.md: figures in brief, the bad ones too."""

from harness.configurations import Configuration
from harness.report import figures
from harness.report.figures import HINTS, PYPY, SPEEDS
from harness.report.markdown import NONE, geomean, listed, number, scaled, table, time, title
from harness.store import Results

#: load average below which a machine of two cores counts as idle
IDLE = 1.5
KINDS = {"kernel ": "kernels", "program ": "programs of pyperformance"}


def readme(results: Results) -> str:
    """Return README's section below its heading: one table and a picture."""
    picture = "![Speed of each program and kernel](benchmarks/results/speed.svg)"
    return "\n\n".join(part for part in (_speeds(results), picture, _behind(results)) if part)


def speed(results: Results) -> str:
    """Return how it was measured, and what is slower."""
    parts = [_how(results), _slower(results), _rest(results)]
    return "\n\n".join(part for part in parts if part)


def costs(results: Results) -> str:
    """Return what hints, calls and imports cost."""
    parts = [_soon(results), _costs(results), _peers(results), _boundary(results)]
    return "\n\n".join(part for part in parts if part)


def _how(results: Results) -> str:
    parts = results.about.get("parts", {})
    rounds = sorted({one["rounds"] for one in parts.values() if "rounds" in one}) or [0]
    span = str(rounds[0]) if len(rounds) == 1 else f"{rounds[0]} to {rounds[-1]}"
    dates = sorted({one["date"].split()[0] for one in parts.values()})
    return (
        f"One machine of two cores (Linux, x86-64), {listed(dates)}: `python benchmarks run`, {span} "
        f"process{'' if rounds[-1] == 1 else 'es'} per figure (pyperf), interpreters and modes in turn, medians. "
        f"{_busy(results)}All tables, the commands and what failed: [evidence.md](evidence.md)."
    )


def _busy(results: Results) -> str:
    """Warn where other work ran."""
    parts = results.about.get("parts", {})
    loads = [one["load before"] for one in parts.values() if one.get("load before")]
    if not loads or max(loads) < IDLE:
        return ""
    return (
        f"The machine was **busy with other work** (load average {min(loads):.0f} to {max(loads):.0f}): "
        "a difference of 10 % between single figures may be noise. "
    )


def _speeds(results: Results) -> str:
    rows = []
    columns = [*SPEEDS, PYPY]
    for kind, what in KINDS.items():
        for interpreter in figures.carriers(results):
            names = figures.measured(results, interpreter, kind)
            if not names:
                continue
            cells = []
            for column in columns:
                values = [value for value in figures.speeds(results, interpreter, kind, column).values() if value]
                mean = geomean(values) if len(values) == len(names) else None
                cells.append(NONE if mean is None else f"{mean:.2f} ({min(values):.2f} to {max(values):.2f})")
            rows.append([f"{title(interpreter)}, {len(names)} {what}", *cells])
    return table(["speed against the interpreter, geomean", *columns], rows)


def _behind(results: Results) -> str:
    """Count what is slower with hints, so that the table of means does not hide it."""
    counts = []
    for kind, what in KINDS.items():
        for interpreter in figures.carriers(results):
            there = figures.measured(results, interpreter, kind)
            if there:
                slow = len(figures.behind(results, interpreter, kind))
                counts.append(f"{slow} of {len(there)} {what} on {title(interpreter)}")
    if not counts:
        return ""
    return (
        "Not everything gains: more than 2 % behind the better of interpreter and `PYTHON_JIT=1` are "
        f"{listed(counts)}. Which, by how much, and what hints cost: [docs/numbers.md](docs/numbers.md)."
    )


def _slower(results: Results) -> str:
    sentences = []
    for kind, what in KINDS.items():
        for interpreter in figures.carriers(results):
            if not figures.measured(results, interpreter, kind):
                continue
            behind = [f"{name} {value:.2f}" for name, value in figures.behind(results, interpreter, kind)]
            sentences.append(f"{what} on {title(interpreter)}: {listed(behind)}")
    return (
        "*Hinted, JIT off* compiles hinted functions only. More than 2 % behind the better of interpreter and "
        f"`PYTHON_JIT=1` (1.00 is as fast): {'; '.join(sentences)}. Measure, and take hints away that do not pay."
    )


def _rest(results: Results) -> str:
    """Say what hints leave of the speed of code that is not to be compiled."""
    texts = {
        "unhinted beside a hint": "code without hints, in a process where hinted functions compile",
        "ignore, `PYTHON_JIT=1`": "kernels under `@jit_ignore` with the JIT on",
        "once, `PYTHON_JIT=1`": "kernels under `@jit_once` with the JIT on",
    }
    found = []
    for interpreter in figures.carriers(results)[:1]:
        for column, text in texts.items():
            values = [value for value in figures.speeds(results, interpreter, "kernel ", column).values() if value]
            if values:
                found.append(f"{text} {geomean(values):.2f} ({min(values):.2f} to {max(values):.2f})")
    return f"Against the interpreter, geomean: {'; '.join(found)}." if found else ""


def _soon(results: Results) -> str:
    rows = []
    for shape, unit, what in (("for loop", "iterations", "a loop"), ("calls", "calls", "a function without a loop")):
        for interpreter in figures.carriers(results):
            cells = []
            for environment, hint in (("jit", "none"), ("optin", "focus")):
                where = Configuration(interpreter, environment, hint)
                count = results.median(where, f"until compiled, {shape}")
                spent = results.median(where, f"until compiled, {shape}, time")
                cells.append(NONE if count is None else f"{count:,.0f} {unit}, {time(spent)}")
            if cells != [NONE, NONE]:
                rows.append([f"{what}, {title(interpreter)}", *cells])
    return table(["until machine code exists", "CPython by itself", "focus"], rows)


def _costs(results: Results) -> str:
    there = results.interpreters()

    def row(name: str, cell: "object") -> list[str]:
        return [name, *(cell(one) for one in there)]  # type: ignore[operator]

    def hinted(interpreter: str, name: str) -> float | None:
        return results.median(Configuration(interpreter, "default", "focus"), f"hint, {name}")

    def default(interpreter: str) -> Configuration:
        return Configuration(interpreter, "default", "none")

    rows = [
        row(
            "`import jitctl`, ms added to a bare process (processor time)",
            lambda one: _ms(figures.added(results, default(one), "import jitctl")),
        ),
        row("the first hint of a process", lambda one: time(hinted(one, "the first of a process"))),
        row("one of 10,000 hints, µs", lambda one: scaled(hinted(one, "one of 10,000"), 1e6, 1)),
        row("memory per hint, bytes", lambda one: scaled(hinted(one, "memory"), 1, 0)),
    ]
    for hint in HINTS:
        what = f"a call under {hint}, ratio to an unhinted one"
        rows.append(row(what, lambda one, hint=hint: number(figures.call_ratio(results, one, "default", hint))))
    for hint in ("ignore", "once"):
        what = f"the same with `PYTHON_JIT=1`, {hint}, to the interpreter's"
        rows.append(
            row(what, lambda one, hint=hint: number(figures.call_ratio(results, one, "jit", hint, "interpreter")))
        )
    rows.append(
        row("first call after a training, times as fast", lambda one: number(figures.first_call(results, one), 1))
    )
    text = table(["cost", *map(title, there)], rows)
    return (
        f"{text}\n\nWhere the JIT is at work, functions under `@jit_ignore` and `@jit_once` carry local monitoring "
        "events, which keep them out of others' traces and cost that much per call of a function that does next to "
        "nothing; what they cost a loop stands under *ignore* and *once* in the table of kernels."
    )


def _ms(seconds: float | None) -> str:
    return scaled(seconds, 1e3, 1)


def _peers(results: Results) -> str:
    rows = []
    newest = next(iter(figures.carriers(results)), None)
    if newest is None:
        return ""
    for what, environment, hint, name in (
        ("jitctl, focus", "default", "focus", "import jitctl"),
        ("Numba, `njit`", "numba", "numba", "import numba"),
        ("CinderX through jitctl", "cinderx", "focus", "import cinderx"),
    ):
        call = results.median(Configuration(newest, environment, hint), "call function")
        plain = results.median(Configuration(newest, environment, "none"), "call function")
        extra = figures.added(results, Configuration(newest, environment, "none"), name)
        ratio = call / plain if call and plain else None
        rows.append([what, scaled(call, 1e9, 0), number(ratio), _ms(extra)])
    return table(
        [f"peers on {title(newest)}", "a call of `f(x): return x`, ns", "ratio to plain", "import, ms added"], rows
    )


def _boundary(results: Results) -> str:
    found = results.about.get("rust", {})
    names = {
        "call undo": "a guarded call of a backend",
        "call apply": "one that carries a verdict's texts",
        "load first": "loading a backend, the first time",
        "load again": "again",
    }
    cells = [f"{what} {time(found[name]['median'])}" for name, what in names.items() if name in found]
    return f"Across the ABI (criterion): {', '.join(cells)}." if cells else ""
