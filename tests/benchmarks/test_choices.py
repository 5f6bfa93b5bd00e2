"""Which functions of a program are hinted: `jitctl tune` says so, and the stand-in for pyperf makes it a program."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from harness import BENCHMARKS
from harness import programs as choices
from harness.configurations import Place

HERE = Place("cpython3.15.2", "3.15", sys.executable, "cpython", True)
SCRIPT = """
import pyperf

def work(count):
    print("work", count)

runner = pyperf.Runner()
runner.parse_args()
runner.bench_func("work", work, 3)
"""


class Peers:
    def __init__(self, work):
        self.work = work

    def environment(self, name, place):
        return {"PYTHONPATH": "", "NAME": name}


@pytest.mark.parametrize(("loops", "lines"), [("0", 2), ("1", 1), ("5", 5), (None, 0)])
def test_the_stand_in_makes_a_program_that_ends(tmp_path, loops, lines):
    script = tmp_path / "run_benchmark.py"
    script.write_text(SCRIPT, encoding="utf-8")
    variables = {
        "PYTHONPATH": str(BENCHMARKS / "workloads" / "stand_in"),
        **({"PROGRAM_LOOPS": loops} if loops else {}),
    }
    found = subprocess.run([sys.executable, script], env=variables, capture_output=True, encoding="utf-8", timeout=60)
    assert found.stderr == ""
    said = found.stdout.splitlines()
    assert said.count("work 3") == lines
    if loops == "0":
        assert float(said[-1]) >= 0


def test_a_program_is_tuned_and_what_was_kept_is_stored(monkeypatch, tmp_path):
    functions = [
        {"name": "__main__:work", "decision": "keep", "hint": "focus", "threshold": None},
        {"name": "__main__:late", "decision": "keep", "hint": "once", "threshold": 40},
        {"name": "__main__:same", "decision": "no effect", "hint": None, "threshold": None},
    ]
    asked = []

    def run(place, words, variables):
        asked.append((words, variables))
        if variables["PROGRAM_LOOPS"] == "0":
            return "0.2\n"
        told = {"sentence": "2 hints made the program faster", "functions": functions}
        Path(words[words.index("-o") + 1]).write_text(json.dumps(told), encoding="utf-8")
        return ""

    monkeypatch.setattr(choices, "_run", run)
    monkeypatch.setattr(choices, "folder", lambda peers: Path("data"))
    found = choices.tuned(HERE, "scimark_fft", Peers(tmp_path), 60)
    assert found == {
        "by": "2 hints made the program faster",
        "functions": [("__main__:work", "focus", 0), ("__main__:late", "once", 40)],
    }
    program = [str(Path("data") / "bm_scimark" / "run_benchmark.py"), "fft"]
    (first, before), (second, after) = asked
    assert first == program
    assert second[:4] == ["-m", "jitctl", "tune", "--budget"]
    assert second[-2:] == program
    assert (before["NAME"], after["PROGRAM_LOOPS"]) == ("optin", "8")


def test_functions_are_found_by_the_names_that_rules_have(tmp_path):
    (tmp_path / "shop.py").write_text("def total():\n    def inner(): pass\nclass Cart:\n    def add(self): pass\n")
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\nimport shop\nfrom outside import functions_of\ndef main(): pass\n"
        "names = ['shop:total', 'shop:Cart.add', 'shop:total.<locals>.inner', '__main__:main', 'shop:none']\n"
        "print(sorted(functions_of(names)))"
    )
    words = [sys.executable, "-c", code, str(tmp_path), str(BENCHMARKS / "workloads")]
    found = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=True).stdout
    assert found.strip() == str(["shop:Cart.add", "shop:total", "shop:total.<locals>.inner"])
