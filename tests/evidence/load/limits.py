"""What the figures may be, and why no less. A figure over its limit is a failure."""

from __future__ import annotations

#: part -> figure -> the most it may be
LIMITS: dict[str, dict[str, float]] = {
    # A leaked object per round would be 1 reference, 1 block and at least 16 bytes.
    "rounds": {"references": 0.01, "blocks": 0.01, "bytes": 4, "records": 0, "microseconds": 60},
    "replaced": {"references": 0.01, "blocks": 0.01, "bytes": 4, "records": 32, "microseconds": 60},
    # 3.14 itself gives back neither the executor nor its machine code; what that comes to is measured without a hint.
    "compiled": {"references over plain": 0.05, "blocks over plain": 0.05, "bytes over plain": 64, "records": 0},
    # What a dead function left behind may wait for the next step of maintenance.
    "dropped": {
        "references": 0.02,
        "blocks": 0.02,
        "bytes": 16,
        "records": 100,
        "microseconds": 120,
        # Inferring the arguments, 56 calls, and the thread that watches them.
        "microseconds with training": 2000,
        "refused": 0,
    },
    # Each thread brings an arena of malloc, which stays.
    "threads": {
        "references": 0.05,
        "blocks": 0.05,
        "bytes": 64,
        "errors": 0,
        "wrong": 0,
        "records": 0,
        "microseconds": 300,
    },
    "many": {
        "microseconds": 40,
        "last tenths over first": 4,
        "bytes": 1152,  # the aim is 1,024; 3.15 with the JIT on was seen at 1,072
        "added to a collection, microseconds": 1,
        "maintenance step, median ms": 5,
        "maintenance step, worst ms": 40,
        "stats, microseconds": 60,
        "undo, microseconds": 60,
        "records after undo": 0,
    },
    "leaving": {"seconds over plain": 1.0},
}
#: part -> figure -> the least it may be: what did not happen leaves nothing behind
LEAST: dict[str, dict[str, float]] = {"compiled": {"compiled": 0.9}}
#: debug builds check what they do, and are not what anybody waits for
SLOWER_ON_DEBUG = 8
TIMES = ("microseconds", "step", "seconds")


def beside(figures: dict[str, float], plain: dict[str, float]) -> dict[str, float]:
    """Compare the part `compiled` with the same without a hint: what compiling leaves behind is CPython's.

    Objects are counted per compilation, since hints need not compile as often as the plain rounds do. Memory is not:
    how much an arena grows is too coarse for that.
    """
    rate = figures.get("compiled", 0) / plain["compiled"] if plain.get("compiled") else 0
    found = {}
    for name, share in (("bytes", 1), ("blocks", rate), ("references", rate)):
        if name in figures:
            found[f"{name} without hints"] = plain.get(name, 0)
            found[f"{name} over plain"] = figures[name] - max(0, plain.get(name, 0)) * share
    return found


def over(part: str, figures: dict[str, float], debug: bool, scale: float, timed: bool = True) -> list[str]:
    """List what is over its limit. In a run `scale` times shorter, what is made once counts for that much more.

    Without `timed`, times are not judged: what else the machine does must not decide whether a test passes.
    """
    found = []
    for name, limit in LIMITS.get(part, {}).items():
        if name not in figures or (not timed and any(word in name for word in (*TIMES, "last tenths"))):
            continue
        most = limit
        if debug and any(word in name for word in TIMES):
            most *= SLOWER_ON_DEBUG
        if debug and part == "many" and name == "bytes":
            most *= 1.5  # every object carries more there
        if debug and part == "compiled" and name == "bytes over plain":
            most *= 4  # machine code comes and goes by megabytes there; blocks and references tell what stays
        if name.removesuffix(" over plain") in ("references", "blocks", "bytes") and part != "many":
            most *= scale
        if figures[name] > most:
            found.append(f"{part}: {name} is {figures[name]:.4g}; expected at most {most:.4g}")
    for name, least in LEAST.get(part, {}).items():
        if name in figures and figures[name] < least:
            found.append(f"{part}: {name} is {figures[name]:.4g}; expected at least {least:.4g}")
    return found
