"""All figures of docs/evidence.md's benchmarks, a table per part."""

from harness.baseline import baseline
from harness.configurations import Configuration
from harness.programs import choices
from harness.report import figures
from harness.report.figures import COMPILER, HINTS, KINDS, OTHERS, PYPY, SPEEDS
from harness.report.markdown import NONE, geomean, listed, number, scaled, table, time, title
from harness.store import Results

#: environment -> what it is
FIRST = {
    "warmup": "The backend `warmup`, no JIT:",
    "optin": "The native backend in a process with the JIT off, against one without a JIT:",
    "jit": "The native backend with `PYTHON_JIT=1`, against that without hints:",
}


def machine(results: Results) -> str:
    """Say where, when and of what."""
    metadata = {}
    for benches in results.found.values():
        for bench in benches.values():
            metadata = bench.get_metadata()
            break
    versions = ", ".join(title(one) for one in results.interpreters())
    lines = [
        f"{metadata.get('cpu_model_name', 'unknown processor')}, {metadata.get('cpu_count', '?')} cores, "
        f"{metadata.get('platform', 'unknown system')}; pyperf {metadata.get('perf_version', '?')}; {versions}.",
        "",
    ]
    rows = [
        [
            name,
            str(one["commit"]),
            one["date"],
            str(one.get("rounds", NONE)),
            str(one["seconds"]),
            number(one["load before"]),
        ]
        for name, one in results.about.get("parts", {}).items()
    ]
    lines.append(table(["part", "commit", "date (UTC)", "rounds", "seconds", "load before"], rows))
    failures = {
        what: why for one in results.about.get("parts", {}).values() for what, why in one.get("failures", {}).items()
    }
    lines += ["", "Failed: " + (listed([f"{what} ({why})" for what, why in failures.items()])) + "."]
    missing = results.about.get("missing", {})
    lines += ["Peers that could not be had: " + listed([f"{peer} ({why})" for peer, why in missing.items()]) + "."]
    return "\n".join(lines)


def _steady(results: Results, kind: str, heading: str, factor: float, unit: str) -> str:
    parts = []
    for interpreter in figures.carriers(results):
        names = figures.measured(results, interpreter, kind)
        if not names:
            continue
        columns = {column: figures.speeds(results, interpreter, kind, column) for column in (*SPEEDS, PYPY, *OTHERS)}
        columns = {column: one for column, one in columns.items() if any(one.values())}
        rows = []
        for name in names:
            plain = results.median(Configuration(interpreter, "off", "none"), kind + name)
            rows.append([name, scaled(plain, factor, 2), *(number(one[name]) for one in columns.values())])
        means = [geomean(one.values()) for one in columns.values()]
        rows.append(["**geomean**", "", *(f"**{number(mean)}**" for mean in means)])
        heads = [heading, f"{unit}, interpreter", *columns]
        behind = [f"{name} ({value:.3f})" for name, value in figures.behind(results, interpreter, kind)]
        parts += [
            f"CPython {title(interpreter)}:",
            table(heads, rows),
            "Hinted with the JIT off, more than 2 % behind the better of interpreter and `PYTHON_JIT=1`: "
            f"{listed(behind)}.",
        ]
    return "\n\n".join(parts) or "Not measured."


def kernels(results: Results) -> str:
    """Return the kernels, in all modes."""
    return _steady(results, "kernel ", "kernel", 1e3, "ms")


def compiler(results: Results) -> str:
    """Return the kernels under the compiling backend, beside what else was measured of them in the same run."""
    parts = []
    (own,) = COMPILER
    for interpreter in reversed(results.interpreters()):
        kinds = [own, "`PYTHON_JIT=1` alone", "CinderX", PYPY]
        columns = {column: figures.speeds(results, interpreter, "kernel ", column) for column in kinds}
        columns = {column: one for column, one in columns.items() if any(one.values())}
        if own not in columns:
            continue
        rows = [[name, *(number(one[name]) for one in columns.values())] for name in columns[own]]
        rows.append(["**geomean**", *(f"**{number(geomean(one.values()))}**" for one in columns.values())])
        behind = [f"{name} ({speed:.3f})" for name, speed in columns[own].items() if speed and speed < 0.98]
        parts += [
            f"CPython {title(interpreter)}:",
            table(["kernel", *columns], rows),
            f"Slower than 0.98 of the interpreter: {listed(behind)}.",
        ]
    return "\n\n".join(parts) or "Not measured."


def programs(results: Results) -> str:
    """Return pyperformance's programs, and what is hinted in each."""
    known = choices()["programs"]
    rows = []
    for name in results.names("program "):
        if name in known:
            one = known[name]
            late = sorted({threshold for _, _, threshold in one["functions"]})
            rows.append(
                [name, one["by"], str(len(one["functions"])), ", ".join(str(each or "its own") for each in late)]
            )
    chosen = table(["hinted in", "chosen by", "functions", "thresholds"], rows)
    return "\n\n".join([_steady(results, "program ", "program", 1e3, "ms"), chosen])


def cinderx(results: Results) -> str:
    """Return the geometric means of CinderX, in the ways in which it may be used."""
    rows = []
    for kind, what in (("kernel ", "kernels"), ("program ", "programs of pyperformance")):
        for interpreter in figures.carriers(results):
            columns = [figures.speeds(results, interpreter, kind, column) for column in figures.CINDERX]
            if columns[0] and any(columns[0].values()):
                means = [number(geomean(one.values())) for one in columns]
                rows.append([f"{title(interpreter)}, {len(columns[0])} {what}", *means])
    return table(["geomean against no hints", *figures.CINDERX], rows)


def calls(results: Results) -> str:
    """Return nanoseconds per call, and ratios to the same call without a hint."""
    rows = []
    for interpreter in results.interpreters():
        for environment in ("default", "jit", "cinderx", "numba"):
            plain = Configuration(interpreter, environment, "none")
            for hint in ("none", *HINTS, "numba"):
                where = plain._replace(hint=hint)
                if where.name not in results.found or not results.median(where, "call function"):
                    continue
                cells = []
                for kind in KINDS:
                    seconds, bare = (results.median(one, f"call {kind}") for one in (where, plain))
                    ratio = f" ({seconds / bare:.2f})" if seconds and bare and hint != "none" else ""
                    cells.append(scaled(seconds, 1e9, 1) + ratio)
                rows.append([f"{title(interpreter)}, {environment}, {hint}", *cells])
    return table(["interpreter, environment, hint", *(f"{kind}, ns" for kind in KINDS)], rows)


def imports(results: Results) -> str:
    """Return what imports add to a bare process."""
    rows = []
    for interpreter in results.interpreters():
        for environment in ("default", "pure", "cinderx", "numba"):
            where = Configuration(interpreter, environment, "none")
            for name in results.found.get(where.name, {}):
                if name.startswith("process, ") and name != "process, bare":
                    bench, bare = results.get(where, name), results.median(where, "process, bare")
                    extra = figures.added(results, where, name[len("process, ") :])
                    assert bench is not None
                    rows.append(
                        [
                            f"{title(interpreter)}, {environment}: {name[len('process, ') :]}",
                            scaled(bare, 1e3, 2),
                            scaled(bench.median(), 1e3, 2),
                            scaled(bench.median_abs_dev(), 1e3, 2),
                            scaled(extra, 1e3, 2),
                        ]
                    )
    heads = ["interpreter, environment: what", "bare, ms", "with it, ms", "median absolute deviation", "added, ms"]
    return table(heads, rows)


def hints(results: Results) -> str:
    """Return the cost of applying hints."""
    rows = []
    for interpreter in results.interpreters():
        for environment in ("default", "jit"):
            for hint in HINTS:
                where = Configuration(interpreter, environment, hint)
                names = ("the first of a process", "one of 1,000", "one of 10,000", "memory")
                first, few, many, memory = (results.median(where, f"hint, {name}") for name in names)
                if first is not None:
                    cells = [time(first), scaled(few, 1e6, 2), scaled(many, 1e6, 2), scaled(memory, 1, 0)]
                    rows.append([f"{title(interpreter)}, {environment}, {hint}", *cells])
    heads = [
        "interpreter, environment, hint",
        "the first of a process",
        "one of 1,000, µs",
        "one of 10,000, µs",
        "bytes each",
    ]
    return "\n\n".join([table(heads, rows), *_maintenance(results)])


def _maintenance(results: Results) -> list[str]:
    parts = []
    for interpreter in results.interpreters():
        for environment in ("default", "jit"):
            where = Configuration(interpreter, environment, "focus")
            names = ("a collection with a maintenance step", "a collection without")
            cells = [time(results.median(where, f"hint, {name}")) for name in names]
            if NONE not in cells:
                parts.append(f"{title(interpreter)}, {environment}: {cells[0]}, without the step {cells[1]}")
    return (
        [f"A young collection with a maintenance step, 20,000 hinted functions: {'; '.join(parts)}."] if parts else []
    )


def compiled(results: Results) -> str:
    """Return how soon there is machine code."""
    shapes = ("for loop", "while loop", "calls")
    rows: list[list[str]] = []
    for interpreter in figures.carriers(results):
        modes = {
            "CPython by itself": ("jit", "none"),
            "focus, JIT off": ("optin", "focus"),
            "focus, JIT on": ("jit", "focus"),
        }
        for label, (environment, hint) in modes.items():
            where = Configuration(interpreter, environment, hint)
            cells = []
            for shape in shapes:
                count = results.median(where, f"until compiled, {shape}")
                spent = results.median(where, f"until compiled, {shape}, time")
                cells.append(NONE if count is None else f"{count:,.0f} / {time(spent)}")
            rows.append([f"{title(interpreter)}, {label}", *cells])
    return table(["iterations or calls / time until machine code exists", *shapes], rows)


def first_calls(results: Results) -> str:
    """Return first calls, cold and trained."""
    parts = []
    for environment, what in FIRST.items():
        there = [one for one in results.interpreters() if results.names_in(f"{one}_{environment}_focus", "first call ")]
        if not there:
            continue
        rows = []
        for name in results.names("first call "):
            cells = []
            for interpreter in there:
                trained = Configuration(interpreter, environment, "focus")
                cold = baseline(trained, f"first call {name}")
                assert cold is not None
                seconds = (results.median(*cold), results.median(trained, f"first call {name}"))
                spent = results.median(trained, f"training {name}")
                cells.append(" / ".join(time(one) for one in (*seconds, spent)))
            rows.append([name, *cells])
        means = [number(figures.first_call(results, one, environment)) for one in there]
        rows.append(["**times as fast, geomean**", *(f"**{mean}**" for mean in means)])
        heads = ["first call cold / trained / the training took", *map(title, there)]
        parts += [what, table(heads, rows)]
    return "\n\n".join(parts) or "Not measured."


def profiler(results: Results) -> str:
    """Return nanoseconds that profiling adds to a call, and the ratio to a plain call once it is off."""
    rows = []
    for interpreter in results.interpreters():
        for environment in ("default", "jit"):
            plain = Configuration(interpreter, environment, "none")
            for name in results.names_in(plain.name, "profile "):
                bare, on, off = (
                    results.median(plain._replace(hint=hint), f"profile {name}")
                    for hint in ("none", "profiled", "stopped")
                )
                if bare and on and off:
                    cells = [scaled(bare, 1e9, 1), scaled(on - bare, 1e9, 1), number(off / bare)]
                    rows.append([f"{title(interpreter)}, {environment}: {name}", *cells])
    if not rows:
        return "Not measured yet by this suite; docs/profiler.md has earlier figures."
    return table(["a call of", "plain, ns", "profiling adds, ns", "switched off, ratio to plain"], rows)


def rust(results: Results) -> str:
    """Return criterion's estimates."""
    rows = [
        [name, time(one["median"]), f"{time(one['low'])} to {time(one['high'])}"]
        for name, one in results.about.get("rust", {}).items()
    ]
    return table(["across the ABI", "median", "95 % interval"], rows)
