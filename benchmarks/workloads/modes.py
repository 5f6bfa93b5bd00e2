"""How functions to hint are tried: a fresh process each, in turn. What is reported is measured by the harness."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "python"
OPT_IN = {"JITCTL_OPT_IN": "1"}

OFF = {"PYTHON_JIT": "0", "JITCTL_OPT_IN": "0"}
JIT_ON = {"PYTHON_JIT": "1"}


def home():
    """Return the folder that jitctl is imported from: installed, or else the one of this tree."""
    try:
        import jitctl
    except ModuleNotFoundError:
        sys.path.insert(0, str(SOURCE))
        import jitctl
    return str(Path(jitctl.__file__).resolve().parents[1])


def child(script, *arguments, environment=None, paths=(), timeout=300):
    """Run one of our scripts in a fresh interpreter; return the JSON on its last line."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTHON"))}
    path = os.pathsep.join([home(), str(HERE), *map(str, paths)])
    found = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, arguments)],
        env={**kept, "PYTHONPATH": path, "PYTHONHASHSEED": "0", **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
    )
    if found.returncode:
        raise RuntimeError(f"{script} {' '.join(map(str, arguments))}: {found.stderr.strip()[-2000:]}")
    return json.loads(found.stdout.strip().splitlines()[-1])


def interleaved(jobs, rounds):
    """Run every job of {name: callable} once per round, in a new order each time; return {name: [results]}."""
    results = {name: [] for name in jobs}
    dice = random.Random(1)
    for _ in range(rounds):
        order = list(jobs)
        dice.shuffle(order)
        for name in order:
            results[name].append(jobs[name]())
    return results


def progress(text):
    print(text, file=sys.stderr, flush=True)
