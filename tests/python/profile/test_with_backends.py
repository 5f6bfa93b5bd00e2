"""Profiles beside inference, samples and every backend, in fresh processes: calls are counted, trainings are not."""

import subprocess
import sys

import pytest
from clean_environment import clean_environment
from place import HOME

SCENE = """
from jitctl import jit_focus, jit_ignore, jit_once, stats

@jit_focus(profile=True, infer=True)
def inferred(n: int = 50):
    t = 0
    for i in range(n):
        t += i
    return t

@jit_once(profile=True, sample_args=(30,))
def sampled(n):
    t = 0
    for i in range(n):
        t += i
    return t

@jit_ignore
def plain(x):
    return x + 1

for _ in range(300):
    assert inferred(50) == 1225 and sampled(20) == 190 and plain(1) == 2
for f in (inferred, sampled, plain):
    found = stats(f)
    print(f.__name__, found.profile.all.count if found.profile else None, found.verdict.code)
str(stats()), stats().to_json(), stats()._repr_html_()
"""


@pytest.mark.parametrize("everything", ["0", "1"], ids=["asked-for", "JITCTL_PROFILE"])
@pytest.mark.parametrize("backend", ["", "noop", "warmup"])
def test_every_backend(profiling, backend, everything):
    chosen = {"JITCTL_BACKEND": backend} if backend else {}
    kept = clean_environment(PYTHONPATH=HOME, JITCTL_PROFILE=everything, **chosen)
    found = subprocess.run([sys.executable, "-c", SCENE], env=kept, capture_output=True, encoding="utf-8", timeout=300)
    assert found.returncode == 0, found.stdout + found.stderr
    counts = {name: count for name, count, _ in map(str.split, found.stdout.splitlines())}
    assert counts == {"inferred": "300", "sampled": "300", "plain": "300" if everything == "1" else "None"}
    if backend == "warmup":
        assert [line.split()[2] for line in found.stdout.splitlines()] == ["warm", "warm", "cannot-ignore"]
