"""What is measured, in which configurations and how often.

A part is a list of cells. A cell is one process: a worker with its arguments in a configuration. All cells of a
group do the same work in different configurations and are run in turn, round after round.
"""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from harness.configurations import Configuration, Place
from harness.peers import Peers


class Cell(NamedTuple):
    """One process per round, for the first `rounds` rounds."""

    group: str
    configuration: Configuration
    worker: str
    arguments: tuple[str, ...]
    rounds: int
    #: pyperf's options where the worker's own do not fit
    options: tuple[str, ...] = ()


class Choice(NamedTuple):
    """What of everything is to be run."""

    places: Sequence[Place]
    peers: Peers
    quick: bool
    rounds: int
    names: Sequence[str]

    def carriers(self) -> list[Place]:
        """Return the interpreters with CPython's JIT, newest first."""
        return [one for one in reversed(self.places) if one.jit]

    def wanted(self, names: Sequence[str], quick: Sequence[str]) -> list[str]:
        """Return the names to run: those named on the command line, else all, or a few of them."""
        named = [name for name in names if name in self.names]
        return named or [name for name in names if not self.quick or name in quick]


MODES = (("off", "none"), ("jit", "none"), ("optin", "focus"), ("jit", "focus"))
#: What hints cost code that has none, and what ignore and once leave of the JIT's gain.
MORE_MODES = (("optin", "beside"), ("jit", "ignore"), ("jit", "once"))
#: Why the CinderX backend compiles late and gives CPython's evaluator back.
CINDERX = ("cold", "beside", "evaluator")
#: They have no local monitoring events, nor a way to set a function's entry.
NO_PROFILER = ("3.10", "3.11")
SLOW_STARTER = ("--warmups", "12")
#: Interpreters that the compiling backend knows.
COMPILED = ("3.13", "3.14", "3.15")
QUICK_KERNELS = ("collatz", "matrix", "vectors", "shapes")
QUICK_PROGRAMS = ("richards", "nbody", "deltablue")


def kernels(choice: Choice) -> list[Cell]:
    """Return the steady state of the kernels of benchmarks/workloads."""
    from harness.names import kernel_names

    cells = []
    # Four, or a multiple: as many as there are phases (workers/kernel.py).
    rounds, few = (max(choice.rounds // 4 * 4, min(choice.rounds, 4)), min(choice.rounds, 3))
    for name in choice.wanted(kernel_names(), QUICK_KERNELS):
        for place in choice.carriers():
            modes = [(environment, hint, rounds) for environment, hint in MODES]
            if place is choice.carriers()[0]:
                modes += [(environment, hint, rounds if hint == "once" else few) for environment, hint in MORE_MODES]
            if choice.peers.has("cinderx", place):
                modes += [("cinderx", "focus", few), *(("cinderx", hint, min(few, 2)) for hint in CINDERX)]
            for environment, hint, times in modes:
                where = Configuration(place.label, environment, hint)
                cells.append(Cell(name, where, "kernel", ("--kernel", name), times))
        for place in choice.places:
            if place.implementation == "pypy":
                where = Configuration(place.label, "off", "none")
                cells.append(Cell(name, where, "kernel", ("--kernel", name), few, SLOW_STARTER))
            elif place.implementation == "cpython" and place.minor in COMPILED:
                plain = [] if place.jit else [("off", "none")]
                for environment, hint in (*plain, ("compiler", "focus")):
                    where = Configuration(place.label, environment, hint)
                    cells.append(Cell(name, where, "kernel", ("--kernel", name), few))
    return cells


def programs(choice: Choice) -> list[Cell]:
    """Return the steady state of pyperformance's programs; the newest interpreter with a JIT, and its peers."""
    from harness.names import program_names
    from harness.programs import choices, everything, folder, stored

    data = str(folder(choice.peers))
    cells = []
    few = min(choice.rounds, 3)
    known = choices()["programs"]
    for name in choice.wanted(
        [name for name in program_names() if name in known or name in choice.names], QUICK_PROGRAMS
    ):
        same = ("--program", name, "--data", data)
        for place in choice.carriers()[:1]:
            # Where nothing was chosen, hinted and interpreter run the same way: nobody imports jitctl.
            functions = ("--functions", json.dumps(stored(name)))
            for environment, hint in (("off", "none"), ("jit", "none"), ("optin", "focus")):
                chosen = functions if hint == "focus" else ()
                where = Configuration(place.label, environment, hint)
                cells.append(Cell(name, where, "program", (*same, *chosen), choice.rounds))
            if choice.peers.has("cinderx", place):
                where = Configuration(place.label, "cinderx", "focus")
                every = json.dumps(everything(place, name, choice.peers))
                cells.append(Cell(name, where, "program", (*same, "--functions", every), few))
        for place in choice.places:
            if place.implementation == "pypy":
                where = Configuration(place.label, "off", "none")
                cells.append(Cell(name, where, "program", same, few, ("--warmups", "4")))
    return cells


def calls(choice: Choice) -> list[Cell]:
    """Return the cost of calls of hinted functions, everywhere, and of what Numba and CinderX make of them."""
    cells = []
    for place in choice.places:
        environments = ["default"] + (["jit"] if place.jit else [])
        wanted = [(one, hint) for one in environments for hint in ("none", "focus", "ignore", "once")]
        if choice.peers.has("cinderx", place):
            wanted += [("cinderx", "none"), ("cinderx", "focus")]
        if choice.peers.has("numba", place):
            wanted += [("numba", "none"), ("numba", "numba")]
        options = SLOW_STARTER if place.implementation == "pypy" else ()
        for environment, hint in wanted:
            where = Configuration(place.label, environment, hint)
            cells.append(Cell(place.label, where, "call", (), choice.rounds, options))
    return cells


STATEMENTS = {"bare": "pass", "import jitctl": "import jitctl"}
FULL = {
    **STATEMENTS,
    "import jitctl and hint": "import jitctl\n@jitctl.jit_focus\ndef f(): pass",
    "import dataclasses": "import dataclasses",
}


def imports(choice: Choice) -> list[Cell]:
    """Return whole processes: bare, with jitctl in both of its forms, and with Numba or CinderX."""
    cells = []
    for place in choice.places:
        wanted = {"default": FULL, "pure": STATEMENTS}
        if choice.peers.has("numba", place):
            wanted["numba"] = {"bare": "pass", "import numba": "import numba"}
        if choice.peers.has("cinderx", place):
            wanted["cinderx"] = {"bare": "pass", "import cinderx": "import cinderx, cinderx.jit", **STATEMENTS}
        for environment, statements in wanted.items():
            where = Configuration(place.label, environment, "none")
            cells.append(Cell(place.label, where, "process", ("--statements", json.dumps(statements)), choice.rounds))
    return cells


def hints(choice: Choice) -> list[Cell]:
    """Return the cost of applying hints."""
    cells = []
    for place in choice.places:
        for environment in ["default"] + (["jit"] if place.jit else []):
            for hint in ("focus", "ignore", "once"):
                where = Configuration(place.label, environment, hint)
                cells.append(Cell(place.label, where, "hint", (), choice.rounds))
    return cells


def compiled(choice: Choice) -> list[Cell]:
    """Return how soon there is machine code, by itself and with focus."""
    return [
        Cell(place.label, Configuration(place.label, environment, hint), "compiled", (), min(choice.rounds, 3))
        for place in choice.carriers()
        for environment, hint in (("jit", "none"), ("optin", "focus"), ("jit", "focus"))
    ]


def first_calls(choice: Choice) -> list[Cell]:
    """Return first calls, cold and after a training: by warmup, and by the native backend where there is a JIT."""
    cells = []
    for place in choice.places:
        wanted = [("warmup", "none"), ("warmup", "focus")] if place.implementation == "cpython" else []
        if place.jit:
            wanted += [("off", "none"), ("optin", "focus"), ("jit", "none"), ("jit", "focus")]
        for environment, hint in wanted:
            where = Configuration(place.label, environment, hint)
            cells.append(Cell(place.label, where, "first_call", (), min(choice.rounds, 3)))
    return cells


def profiles(choice: Choice) -> list[Cell]:
    """Return what the profiler costs while it is on, and what is left of that when it is off."""
    cells = []
    for place in choice.places:
        if place.implementation == "cpython" and place.minor not in NO_PROFILER:
            for environment in ["default"] + (["jit"] if place.jit else []):
                for hint in ("none", "profiled", "stopped"):
                    where = Configuration(place.label, environment, hint)
                    cells.append(Cell(place.label, where, "profile", (), min(choice.rounds, 3)))
    return cells


#: name -> its cells; in the order in which they are run
PARTS: dict[str, Callable[[Choice], list[Cell]]] = {
    "programs": programs,
    "kernels": kernels,
    "calls": calls,
    "imports": imports,
    "hints": hints,
    "compiled": compiled,
    "first-calls": first_calls,
    "profiler": profiles,
}
