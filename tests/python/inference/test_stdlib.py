"""A sample of the standard library's functions: judged without running any, and free of effects where so judged.

All of them: python tests/python/inference/sweep.py (benchmarks/results/inference-stdlib.md has what came of it).
"""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.importorskip("resource")  # children are forks with a limit of memory

SOURCE = "value = {{}}\ndef adds(n: int):\n{body}\n"


def test_a_sample_of_the_standard_library_changes_nothing():
    from sweep import run

    found = run(sys.executable, every=61, timeout=240)
    assert found["findings"] == []
    assert found["files"] == []
    assert found["seen"] > 100, found
    assert found["free"] > 2, found


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("value['one'] = n", "changes global value"),
        ("print(n)", "writes"),
        ("import os; os.environ['JITCTL_SWEEP'] = 'x'", "os.environ"),
        ("open('left', 'w').close()", "causes open"),
        ("import random; random.random()", "random state"),
        ("import warnings; warnings.filters.append(n)", "warnings"),
        ("return [n] * 10**9", "MiB"),
        ("import os; os._exit(3)", "ends the process"),
    ],
)
def test_the_sweep_sees_effects(body, word, tmp_path):
    """Each of these would be a finding, if it were judged free of effects."""
    (tmp_path / "effects.py").write_text(SOURCE.format(body=f"    {body}"))
    code = (
        "import sys, os; sys.path[:0] = sys.argv[1:3]; os.chdir(sys.argv[1])\n"
        "import warnings, random, resource; resource.setrlimit\n"
        "import effects, sweep\n"
        "offer = (lambda: (1,), dict, 'n=1', 0.9)\n"
        "print(sweep.in_child(effects, effects.adds, [offer]))\n"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    assert word in done.stdout
