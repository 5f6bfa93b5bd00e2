"""Profiles beside inference, samples and every backend, in fresh processes: calls are counted, trainings are not."""

import subprocess
import sys
from pathlib import Path

import pytest
from clean_environment import clean_environment
from place import HOME

CHILD = Path(__file__).resolve().parents[1] / "children" / "profiled.py"


@pytest.mark.parametrize("everything", ["0", "1"], ids=["asked-for", "JITCTL_PROFILE"])
@pytest.mark.parametrize("backend", ["", "noop", "warmup"])
def test_every_backend(profiling, backend, everything):
    chosen = {"JITCTL_BACKEND": backend} if backend else {}
    kept = clean_environment(PYTHONPATH=HOME, JITCTL_PROFILE=everything, **chosen)
    found = subprocess.run([sys.executable, str(CHILD)], env=kept, capture_output=True, encoding="utf-8", timeout=300)
    assert found.returncode == 0, found.stdout + found.stderr
    counts = {name: count for name, count, _ in map(str.split, found.stdout.splitlines())}
    assert counts == {"inferred": "300", "sampled": "300", "plain": "300" if everything == "1" else "None"}
    if backend == "warmup":
        assert [line.split()[2] for line in found.stdout.splitlines()] == ["warm", "warm", "cannot-ignore"]
