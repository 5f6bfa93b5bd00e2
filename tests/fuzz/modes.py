"""The ways to run a case: the twin, with hints in each way an interpreter offers, and CPython's JIT without jitctl."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "tools"))

from clean_environment import clean_environment  # noqa: E402


@dataclass(frozen=True)
class Mode:
    """Environment and hints of a worker."""

    name: str
    hints: str
    environment: dict[str, str] = field(default_factory=dict)
    #: how many times as often as the script says functions are called
    repeat: int = 1


#: what everything else is compared with
TWIN = Mode("twin", "none", {"PYTHON_JIT": "0"})
#: the twin, with nothing specialised in hinted functions
PLAIN = Mode("cpython, nothing specialised", "plain", {"PYTHON_JIT": "0"})
#: the twin, with room for so many frames more or less
ROOMS = [Mode(f"cpython, room {more}", f"room{more}", {"PYTHON_JIT": "0"}) for more in ("-1", "+1", "-2", "+2")]


@dataclass(frozen=True)
class Interpreter:
    """An interpreter and what matters here about it."""

    path: str
    name: str
    version: str
    debug: bool
    jit: bool
    #: whether threads may share functions while these are compiled (gh-157740: not on 3.15)
    sharing: bool
    #: which of 3.15's start-up variables for the JIT it knows
    variables: bool
    monitoring: bool
    #: whether the compiling backend can be used there
    compiler: bool
    backend: str


def home() -> str:
    """Give the folder that jitctl is imported from here, for workers to import the same."""
    import jitctl

    return str(Path(jitctl.__file__).resolve().parents[1])


def environment(**more: str) -> dict[str, str]:
    """Give a worker's environment: none of the caller's settings, and hashes that are the same each time."""
    return clean_environment(**{"PYTHONPATH": home(), "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8", **more})


def look(path: str) -> Interpreter:
    """Ask an interpreter what it is."""
    code = (
        "import json, sys, jitctl\n"
        "found = jitctl._router.backend.describe()\n"
        "try: from _opcode_metadata import _specialized_opmap as forms\n"
        "except ImportError: forms = {}\n"
        "print(json.dumps([found, 'RESUME_CHECK_JIT' in forms, hasattr(sys, 'monitoring'),"
        " any(c['name'] == 'compiler' and c['usable'] for c in jitctl._router.backend.candidates()),"
        " jitctl._router.backend.chosen()['name']]))"
    )
    done = subprocess.run(
        [path, "-c", code], env=environment(), capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    found, entries, monitoring, compiler, backend = json.loads(done.stdout)
    debug = bool(found["debug"])
    return Interpreter(
        path=path,
        name=f"python{found['version']}{'d' if debug else ''}",
        version=found["version"] + (" debug" if debug else ""),
        debug=debug,
        jit=bool(found["jit_built"]),
        sharing=not entries,
        variables=entries,
        monitoring=monitoring,
        compiler=compiler,
        backend=backend,
    )


def hinted(one: Interpreter) -> list[Mode]:
    """List the ways in which jitctl is tried on an interpreter."""
    chains = ("compiler", "compiler,native") if one.compiler else ()
    compiler = [Mode(name, "jitctl", {"JITCTL_BACKEND": name}) for name in chains]
    if not one.jit:
        by_name = ["warmup"] + (["native"] if one.monitoring and one.version >= "3.13" else [])
        return [Mode(name, "jitctl", {"JITCTL_BACKEND": name}) for name in by_name] + compiler
    modes = [
        *compiler,
        Mode("opt-in", "jitctl", {"JITCTL_OPT_IN": "1"}),
        Mode("jit-on", "jitctl", {"PYTHON_JIT": "1"}),
        Mode("warmup", "jitctl", {"JITCTL_BACKEND": "warmup", "PYTHON_JIT": "1"}),
    ]
    if one.variables:
        # Side exits that compile early, so that short programs grow trees of traces.
        bushy = {"PYTHON_JIT_SIDE_EXIT_INITIAL_VALUE": "15", "PYTHON_JIT_SIDE_EXIT_INITIAL_BACKOFF": "3"}
        modes += [
            Mode("opt-in-bushy", "jitctl", {**bushy}),
            Mode("jit-on-bushy", "jitctl", {"PYTHON_JIT": "1", **bushy}),
        ]
    return modes


def without_jitctl(one: Interpreter, failed: Mode) -> list[Mode]:
    """List the ways to run a failing case on CPython's JIT alone; where it fails too, the fault is CPython's."""
    if not one.jit:
        return []
    kept = {k: v for k, v in failed.environment.items() if k.startswith("PYTHON_JIT_")}
    on = {"PYTHON_JIT": "1", **kept}
    modes = [Mode("cpython", "none", on), Mode("cpython, 100 times", "none", on, repeat=100)]
    if one.monitoring:
        modes += [Mode("cpython, events", "events", on)]
    if one.variables:
        early = {
            "PYTHON_JIT_JUMP_BACKWARD_INITIAL_VALUE": "3",
            "PYTHON_JIT_JUMP_BACKWARD_INITIAL_BACKOFF": "1",
            "PYTHON_JIT_RESUME_INITIAL_VALUE": "3",
            "PYTHON_JIT_RESUME_INITIAL_BACKOFF": "1",
        }
        side = {"PYTHON_JIT_SIDE_EXIT_INITIAL_VALUE": "3", "PYTHON_JIT_SIDE_EXIT_INITIAL_BACKOFF": "1"}
        modes += [
            Mode("cpython, events, early", "events", {**on, **early}),
            Mode("cpython, events, early sides", "events", {**on, **early, **side}),
        ]
        modes += [
            Mode("cpython, early", "none", {**on, **early}),
            Mode("cpython, early sides", "none", {**on, **early, **side}),
        ]
    return modes
