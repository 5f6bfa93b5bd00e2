"""What is derived from the stored medians: speeds against the plain interpreter, ratios, differences."""

from harness.baseline import baseline
from harness.configurations import Configuration
from harness.report.markdown import geomean
from harness.store import Results

#: column -> environment and hint
SPEEDS = {
    "hinted, JIT off": ("optin", "focus"),
    "hinted, `PYTHON_JIT=1`": ("jit", "focus"),
    "`PYTHON_JIT=1` alone": ("jit", "none"),
    "CinderX": ("cinderx", "focus"),
}
OTHERS = {
    "unhinted beside a hint": ("optin", "beside"),
    "ignore, `PYTHON_JIT=1`": ("jit", "ignore"),
    "once, `PYTHON_JIT=1`": ("jit", "once"),
}
CINDERX = {
    "focus": ("cinderx", "focus"),
    "cold": ("cinderx", "cold"),
    "beside": ("cinderx", "beside"),
    "evaluator": ("cinderx", "evaluator"),
}
COMPILER = {"`compiler`": ("compiler", "focus")}
PYPY = "PyPy"
HINTS = ("focus", "ignore", "once")
KINDS = ("function", "keywords", "closure", "method", "property", "generator")


def carriers(results: Results) -> list[str]:
    """Return the interpreters whose JIT was measured, newest first."""
    return [one for one in reversed(results.interpreters()) if f"{one}_jit_none" in results.found]


def pypy(results: Results) -> str | None:
    """Return PyPy's label, if it was measured."""
    return next((one for one in results.interpreters() if one.startswith("pypy")), None)


def speed(results: Results, interpreter: str, column: str, name: str) -> float | None:
    """Return how many times as fast as the plain interpreter; above 1 is faster."""
    plain = results.median(Configuration(interpreter, "off", "none"), name)
    if column == PYPY:
        other = pypy(results)
        found = results.median(Configuration(other, "off", "none"), name) if other else None
    else:
        found = results.median(Configuration(interpreter, *{**SPEEDS, **OTHERS, **CINDERX, **COMPILER}[column]), name)
    return plain / found if plain and found else None


def measured(results: Results, interpreter: str, kind: str) -> list[str]:
    """Return the kernels or programs that were measured on an interpreter, by their short names."""
    return results.names_in(f"{interpreter}_off_none", kind)


def speeds(results: Results, interpreter: str, kind: str, column: str) -> dict[str, float | None]:
    """Return {short name: speed} for all kernels or programs."""
    names = measured(results, interpreter, kind)
    return {name: speed(results, interpreter, column, kind + name) for name in names}


def behind(results: Results, interpreter: str, kind: str, allowed: float = 0.98) -> list[tuple[str, float]]:
    """Return what is slower, hinted with the JIT off, than the better of interpreter and PYTHON_JIT=1."""
    hinted = speeds(results, interpreter, kind, "hinted, JIT off")
    natural = speeds(results, interpreter, kind, "`PYTHON_JIT=1` alone")
    found = []
    for name, value in hinted.items():
        if value is not None and value / max(1.0, natural[name] or 1.0) < allowed:
            found.append((name, value / max(1.0, natural[name] or 1.0)))
    return sorted(found, key=lambda one: one[1])


def added(results: Results, configuration: Configuration, name: str) -> float | None:
    """Return the seconds that an import adds to a bare process."""
    full, bare = (results.median(configuration, f"process, {what}") for what in (name, "bare"))
    return None if full is None or bare is None else full - bare


def call_ratio(results: Results, interpreter: str, environment: str, hint: str, to: str = "same") -> float | None:
    """Return the ratio of hinted calls to plain ones, over all kinds; `to` "interpreter": to those without a JIT."""
    ratios = []
    for kind in KINDS:
        hinted = results.median(Configuration(interpreter, environment, hint), f"call {kind}")
        where = Configuration(interpreter, environment if to == "same" else "default", "none")
        plain = results.median(where, f"call {kind}")
        ratios.append(hinted / plain if hinted and plain else None)
    return geomean(ratios)


def first_call(results: Results, interpreter: str, environment: str = "warmup") -> float | None:
    """Return how many times as fast the first call is after a training, over all kernels."""
    trained = Configuration(interpreter, environment, "focus")
    ratios = []
    for name in results.found.get(trained.name, {}):
        if name.startswith("first call "):
            cold = baseline(trained, name)
            seconds = results.median(*cold) if cold else None
            now = results.median(trained, name)
            ratios.append(seconds / now if seconds and now else None)
    return geomean(ratios)
