"""Which functions of a program are hinted: chosen once by `jitctl tune`, and kept; never by runs that are reported."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import harness.names  # noqa: F401 - it puts benchmarks/workloads on the path
from harness import BENCHMARKS, RESULTS
from harness.configurations import Place
from harness.peers import Peers

CHOICES = RESULTS / "choices.json"
#: environment in which hints were chosen anew -> the minor version of CPython it was done on
UNDER = {"compiler": "3.13", "chain": "3.15"}
#: a function to hint: its name as a rule has it, the hint, its keyword threshold (0: not given) and, if it is for one
#: backend of a chain, its keyword backend
Function = tuple[str, str, int] | tuple[str, str, int, str]
#: seconds that one run of a program takes while hints are chosen, and that choosing for it may take
RUN, BUDGET = 1.5, 300


def folder(peers: Peers) -> Path:
    """Return the folder with pyperformance's benchmarks, fetched if need be."""
    from programs import folder as fetched  # benchmarks/workloads/programs.py

    return Path(fetched(peers.work / "pyperformance"))


def kept_in(under: str) -> Path:
    """Return the file of what was chosen in an environment; "" is that of native, of the part `programs`."""
    return CHOICES.with_stem(f"choices-{under}") if under else CHOICES


def choices(under: str = "") -> dict[str, Any]:
    """Return what was chosen, and where: {"on": ..., "programs": {name: {"by", "functions": [Function, ...]}}}."""
    path = kept_in(under)
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {"programs": {}}


def stored(name: str, under: str = "") -> list[Function]:
    """Return what to hint in a program."""
    known = choices(under)["programs"]
    if name not in known:
        more = f" --under {under}" if under else ""
        raise SystemExit(f"no functions were chosen for {name}; next: python benchmarks choose --only {name}{more}")
    return list(known[name]["functions"])


def everything(place: Place, name: str, peers: Peers) -> list[Function]:
    """Return every function that ran, for a peer that compiles whole functions."""
    return [(one, "focus", 0) for one in shares(place, name, peers)]


def shares(place: Place, name: str, peers: Peers) -> dict[str, float]:
    """Return {function that ran: its own share of the time}, the hottest first; profiled once, and kept."""
    kept = peers.work / f"shares-{place.label}-{name}.json"
    if not kept.exists():
        words = [str(BENCHMARKS / "workloads" / "profile_child.py"), name, str(folder(peers))]
        kept.write_text(_run(place, words, peers.environment("off", place)).splitlines()[-1], "utf-8")
    return dict(json.loads(kept.read_text("utf-8")))


def choose(place: Place, names: Sequence[str], chooser: Callable[[str], dict[str, Any]], under: str = "") -> None:
    """Choose anew for these programs, and keep what `chooser` says: "by", and "functions"."""
    known = choices(under)
    for name in names:
        known["on"] = place.label
        found = chooser(name)
        known["programs"][name] = found
        print(f"{name}: {found['by']}", flush=True)
        write(known, under)


def tuned(
    place: Place, name: str, peers: Peers, budget: float, environment: str = "optin", run: float = RUN
) -> dict[str, Any]:
    """Return what `jitctl tune` says of a program, and what it would have hinted."""
    from programs import PROGRAMS  # benchmarks/workloads/programs.py
    from workload import STAND_IN

    where, arguments = PROGRAMS[name]
    program = [str(folder(peers) / where / "run_benchmark.py"), *arguments]
    variables = peers.environment(environment, place)
    variables["PYTHONPATH"] = os.pathsep.join([str(STAND_IN), variables["PYTHONPATH"]])
    loop = float(_run(place, program, {**variables, "PROGRAM_LOOPS": "0"}).splitlines()[0])
    variables["PROGRAM_LOOPS"] = str(max(1, round(run / loop)))
    with tempfile.TemporaryDirectory() as temporary:
        told = Path(temporary) / "told.json"
        words = ["tune", "--budget", str(budget), "--rules", str(Path(temporary) / "rules.toml")]
        _run(place, ["-m", "jitctl", *words, "--json", "-o", str(told), *program], variables)
        found = json.loads(told.read_text("utf-8"))
    kept = [one for one in found["functions"] if one["decision"] == "keep" and one["hint"] in ("focus", "once")]
    return {"by": found["sentence"], "functions": [(one["name"], one["hint"], one["threshold"] or 0) for one in kept]}


def write(known: dict[str, Any], under: str = "") -> None:
    """Write the choices, a function a line."""
    lines = ["{", f' "on": {json.dumps(known["on"])},', ' "programs": {']
    for number, (name, one) in enumerate(known["programs"].items()):
        functions = ",\n".join(f"    {json.dumps(each)}" for each in one["functions"])
        between = f"[\n{functions}\n   ]" if functions else "[]"
        lines += [f"  {json.dumps(name)}: {{", f'   "by": {json.dumps(one["by"])},']
        lines += [f'   "functions": {between}', "  }" + "," * (number + 1 < len(known["programs"]))]
    kept_in(under).write_text("\n".join([*lines, " }", "}"]) + "\n", "utf-8")


def _run(place: Place, words: Sequence[str], variables: dict[str, str]) -> str:
    """Return what a process of the interpreter prints; raise SystemExit with its last words where it fails."""
    done = subprocess.run([place.path, *words], env=variables, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed on {place.label}:\n{done.stderr[-2000:]}")
    return done.stdout
