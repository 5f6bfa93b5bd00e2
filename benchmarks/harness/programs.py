"""Which functions of a program are hinted: chosen once, by measuring, and kept; never by the runs that are reported."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness import BENCHMARKS, RESULTS
from harness.configurations import Place
from harness.peers import Peers

CHOICES = RESULTS / "choices.json"
Function = list[Any]  # [file, line, qualified name]


def folder(peers: Peers) -> Path:
    """Return the folder with pyperformance's benchmarks, fetched if need be."""
    from programs import folder as fetched  # benchmarks/workloads/programs.py

    return Path(fetched(peers.work / "pyperformance"))


def choices() -> dict[str, Any]:
    """Return what was chosen, and where: {"on": ..., "programs": {name: {"rule", "threshold", "functions"}}}."""
    return dict(json.loads(CHOICES.read_text("utf-8")))


def stored(name: str) -> tuple[list[Function], int]:
    """Return the functions to hint in a program, and jit_focus's threshold (0: its own)."""
    known = choices()["programs"]
    if name not in known:
        raise SystemExit(f"no functions were chosen for {name}; next: python benchmarks choose --only {name}")
    return list(known[name]["functions"]), int(known[name]["threshold"])


def everything(place: Place, name: str, peers: Peers) -> list[Function]:
    """Return every function that ran, for a peer that compiles whole functions; profiled once, and kept."""
    kept = peers.work / f"profile-{place.label}-{name}.json"
    if not kept.exists():
        profile = _ask(place, peers, "workloads/profile_child.py", name, str(folder(peers)))
        kept.write_text(json.dumps([[one["file"], one["line"], one["name"]] for one in profile]), "utf-8")
    return list(json.loads(kept.read_text("utf-8")))


def choose(place: Place, names: Sequence[str], peers: Peers) -> None:
    """Choose anew for these programs: profile, try whole sets, leave out what makes the program slower."""
    known = choices() if CHOICES.exists() else {"programs": {}}
    for name in names:
        found = _ask(place, peers, "workloads/choose_child.py", name, str(folder(peers)))
        known["on"] = place.label
        kept = ("rule", "threshold", "functions", "left out")
        known["programs"][name] = {key: found["keys" if key == "functions" else key] for key in kept}
        write(known)


def write(known: dict[str, Any]) -> None:
    """Write the choices, a function a line."""
    lines = ["{", f' "on": {json.dumps(known["on"])},', ' "programs": {']
    for number, (name, one) in enumerate(known["programs"].items()):
        functions = ",\n".join(f"    {json.dumps(each)}" for each in one["functions"])
        between = f"[\n{functions}\n   ]" if functions else "[]"
        lines += [f"  {json.dumps(name)}: {{", f'   "rule": {json.dumps(one["rule"])},']
        lines += [f'   "threshold": {one["threshold"]},', f'   "functions": {between},']
        lines += [f'   "left out": {json.dumps(one["left out"])}', "  }" + "," * (number + 1 < len(known["programs"]))]
    CHOICES.write_text("\n".join([*lines, " }", "}"]) + "\n", "utf-8")


def _ask(place: Place, peers: Peers, script: str, *arguments: str) -> Any:
    command = [place.path, str(BENCHMARKS / script), *arguments]
    done = subprocess.run(command, env=peers.environment("off", place), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{script} {arguments[0]} failed on {place.label}:\n{done.stderr[-2000:]}")
    print(done.stderr, end="", file=sys.stderr, flush=True)
    return json.loads(done.stdout.strip().splitlines()[-1])
