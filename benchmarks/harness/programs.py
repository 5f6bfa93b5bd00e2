"""Which functions of a program are hinted: chosen once by `jitctl tune`, and kept; never by runs that are reported."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness import BENCHMARKS, RESULTS
from harness.configurations import Place
from harness.peers import Peers

CHOICES = RESULTS / "choices.json"
#: a function to hint: its name as a rule has it, the hint, and jit_focus's threshold (0: its own)
Function = tuple[str, str, int]
#: seconds that one run of a program takes while hints are chosen, and that choosing for it may take
RUN, BUDGET = 1.5, 300


def folder(peers: Peers) -> Path:
    """Return the folder with pyperformance's benchmarks, fetched if need be."""
    from programs import folder as fetched  # benchmarks/workloads/programs.py

    return Path(fetched(peers.work / "pyperformance"))


def choices() -> dict[str, Any]:
    """Return what was chosen, and where: {"on": ..., "programs": {name: {"by", "functions": [Function, ...]}}}."""
    return dict(json.loads(CHOICES.read_text("utf-8")))


def stored(name: str) -> list[Function]:
    """Return what to hint in a program."""
    known = choices()["programs"]
    if name not in known:
        raise SystemExit(f"no functions were chosen for {name}; next: python benchmarks choose --only {name}")
    return list(known[name]["functions"])


def everything(place: Place, name: str, peers: Peers) -> list[Function]:
    """Return every function that ran, for a peer that compiles whole functions; profiled once, and kept."""
    kept = peers.work / f"functions-{place.label}-{name}.json"
    if not kept.exists():
        words = [str(BENCHMARKS / "workloads" / "profile_child.py"), name, str(folder(peers))]
        kept.write_text(_run(place, words, peers.environment("off", place)).splitlines()[-1], "utf-8")
    return [(one, "focus", 0) for one in json.loads(kept.read_text("utf-8"))]


def choose(place: Place, names: Sequence[str], peers: Peers, budget: float = BUDGET) -> None:
    """Choose anew for these programs, and keep what `jitctl tune` would write down."""
    known = choices() if CHOICES.exists() else {"programs": {}}
    for name in names:
        known["on"] = place.label
        found = tuned(place, name, peers, budget)
        known["programs"][name] = found
        print(f"{name}: {found['by']}", flush=True)
        write(known)


def tuned(place: Place, name: str, peers: Peers, budget: float) -> dict[str, Any]:
    """Return what `jitctl tune` says of a program, and what it would have hinted."""
    from programs import PROGRAMS  # benchmarks/workloads/programs.py
    from workload import STAND_IN

    where, arguments = PROGRAMS[name]
    program = [str(folder(peers) / where / "run_benchmark.py"), *arguments]
    variables = peers.environment("optin", place)
    variables["PYTHONPATH"] = os.pathsep.join([str(STAND_IN), variables["PYTHONPATH"]])
    loop = float(_run(place, program, {**variables, "PROGRAM_LOOPS": "0"}).splitlines()[0])
    variables["PROGRAM_LOOPS"] = str(max(1, round(RUN / loop)))
    with tempfile.TemporaryDirectory() as temporary:
        told = Path(temporary) / "told.json"
        words = ["tune", "--budget", str(budget), "--rules", str(Path(temporary) / "rules.toml")]
        _run(place, ["-m", "jitctl", *words, "--json", "-o", str(told), *program], variables)
        found = json.loads(told.read_text("utf-8"))
    kept = [one for one in found["functions"] if one["decision"] == "keep" and one["hint"] in ("focus", "once")]
    return {"by": found["sentence"], "functions": [(one["name"], one["hint"], one["threshold"] or 0) for one in kept]}


def write(known: dict[str, Any]) -> None:
    """Write the choices, a function a line."""
    lines = ["{", f' "on": {json.dumps(known["on"])},', ' "programs": {']
    for number, (name, one) in enumerate(known["programs"].items()):
        functions = ",\n".join(f"    {json.dumps(each)}" for each in one["functions"])
        between = f"[\n{functions}\n   ]" if functions else "[]"
        lines += [f"  {json.dumps(name)}: {{", f'   "by": {json.dumps(one["by"])},']
        lines += [f'   "functions": {between}', "  }" + "," * (number + 1 < len(known["programs"]))]
    CHOICES.write_text("\n".join([*lines, " }", "}"]) + "\n", "utf-8")


def _run(place: Place, words: Sequence[str], variables: dict[str, str]) -> str:
    """Return what a process of the interpreter prints; raise SystemExit with its last words where it fails."""
    done = subprocess.run([place.path, *words], env=variables, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed on {place.label}:\n{done.stderr[-2000:]}")
    return done.stdout
