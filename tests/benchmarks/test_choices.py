"""Which functions of a program are hinted: `jitctl tune` says so, and the stand-in for pyperf makes it a program."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from harness import BENCHMARKS, steady, turns
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
    found = choices.tuned(HERE, "scimark_fft", Peers(tmp_path), 60, "chain")
    assert found == {
        "by": "2 hints made the program faster",
        "functions": [("__main__:work", "focus", 0), ("__main__:late", "once", 40)],
    }
    program = [str(Path("data") / "bm_scimark" / "run_benchmark.py"), "fft"]
    (first, before), (second, after) = asked
    assert first == program
    assert second[:4] == ["-m", "jitctl", "tune", "--budget"]
    assert second[-2:] == program
    assert (before["NAME"], after["PROGRAM_LOOPS"]) == ("chain", "8")


def test_what_was_chosen_under_the_compiler_is_kept_apart(monkeypatch, tmp_path):
    monkeypatch.setattr(choices, "CHOICES", tmp_path / "choices.json")
    found = {"by": "measuring", "functions": [("__main__:work", "focus", 0)]}
    choices.choose(HERE, ["nbody"], lambda name: {**found, "by": name})
    choices.choose(HERE, ["nbody", "go"], lambda name: found, "compiler")
    assert choices.choices()["programs"]["nbody"]["by"] == "nbody"
    assert choices.choices("compiler")["programs"]["go"]["by"] == "measuring"
    assert choices.stored("go", "compiler") == [["__main__:work", "focus", 0]]
    with pytest.raises(SystemExit, match="next: python benchmarks choose --only go --under chain"):
        choices.stored("go", "chain")


@pytest.mark.parametrize(
    ("first", "again", "kept"),
    [
        ({"one": 1.3, "all": 2.0}, 1.9, "all"),
        ({"one": 1.3, "all": 0.0}, 1.4, "one"),
        # faster at first, and not once more
        ({"one": 1.0, "all": 1.3}, 0.9, None),
        ({"one": 1.0, "all": 0.7}, None, None),
    ],
)
def test_a_plan_is_kept_that_is_faster_twice(first, again, kept):
    tried = {"one": [("m:f", "focus", 0)], "all": [("m:f", "focus", 0), ("m:g", "focus", 0)]}
    asked = []

    def timed(plans):
        asked.append(list(plans))
        return first if len(asked) == 1 else dict.fromkeys(plans, again)

    found = steady.decided(tried, timed)
    assert asked == [["one", "all"], *([[max(first, key=first.get)]] if again else [])]
    assert found["functions"] == (tried[kept] if kept else [])


def test_plans_are_the_hottest_function_the_hot_ones_and_all():
    assert {title: len(plan) for title, plan in steady.plans({"a": 0.5, "b": 0.4, "c": 0.01}).items()} == {
        "the hottest": 1,
        "the hot ones": 2,
        "all that ran": 3,
    }
    assert list(steady.plans({"a": 1.0})) == ["the hottest"]


def test_behind_a_chain_each_plan_is_tried_for_the_other_backend_alone_too():
    plan = [("m:f", "focus", 0)]
    own = [("m:g", "once", 24)]
    assert steady.with_behind({"the hottest": plan}, own) == {
        "the hottest": plan,
        "the hottest, by native": [("m:f", "focus", 0, "native")],
        "the hottest, threshold 24, by native": [("m:f", "focus", 24, "native")],
        "the hottest, threshold 4000, by native": [("m:f", "focus", 4000, "native")],
        "native's own, by native": [("m:g", "once", 24, "native")],
    }
    assert len(steady.with_behind({"the hottest": plan}, plan)) == 4


@pytest.mark.parametrize(
    ("ratios", "again", "kept"),
    [
        # what both gain is tried together
        ({"one": 1.5, "all, by native": 1.4}, {"one": 1.5, "both": 1.9}, "both"),
        ({"one": 1.5, "all, by native": 1.4}, {"one": 1.5, "both": 1.2}, "one"),
        # one of them gains nothing
        ({"one": 0.9, "all, by native": 1.4}, {"all, by native": 1.4}, "all, by native"),
    ],
)
def test_two_plans_that_gain_are_tried_as_one(ratios, again, kept):
    tried = {
        "one": [("m:f", "focus", 0)],
        "all, by native": [("m:f", "focus", 0, "native"), ("m:g", "once", 0, "native")],
    }
    both = [("m:f", "focus", 0), ("m:g", "once", 0, "native")]
    asked = []

    def timed(plans):
        asked.append(dict(plans))
        if len(asked) == 1:
            return ratios
        return {title: again["both" if plan == both else title] for title, plan in plans.items()}

    found = steady.decided(tried, timed)
    assert found["functions"] == (both if kept == "both" else tried[kept])
    assert len(asked[1]) == len(again)


def test_what_was_measured_is_kept_a_program_a_line(monkeypatch, tmp_path):
    monkeypatch.setattr(steady, "CHOSEN_TIMINGS", tmp_path / "chosen.json")
    sets = [{"plain": [0.123456, 0.2], "compiler": [0.1, 0.1]}]
    for name in ("nbody", "go", "nbody"):
        steady.keep("cpython3.13.1", "compiler", name, sets, ("abc", "2026-01-01 10:00", 0.5))
    steady.keep("cpython3.15.2", "chain", "go", [], ("abc", "2026-01-01 10:00", None))
    known = steady.kept()
    assert list(known["compiler"]["programs"]) == ["nbody", "go"]
    assert known["compiler"]["programs"]["go"]["sets"] == [{"plain": [0.1235, 0.2], "compiler": [0.1, 0.1]}]
    assert known["chain"]["on"] == "cpython3.15.2"


SCRIPT_OF_A_PROGRAM = """
import pyperf

def work():
    return sum(range(2000))

runner = pyperf.Runner()
runner.parse_args()
runner.bench_func("nbody", work)
"""


def test_processes_take_turns_and_one_that_fails_is_left_out(monkeypatch, tmp_path):
    (tmp_path / "bm_nbody").mkdir()
    (tmp_path / "bm_nbody" / "run_benchmark.py").write_text(SCRIPT_OF_A_PROGRAM, encoding="utf-8")
    monkeypatch.setattr(turns, "folder", lambda peers: tmp_path)
    monkeypatch.setattr(turns, "TURN", 0.001)
    peers = Peers(tmp_path)
    # "hint" is none of jitctl's, or it is not there at all: either way the process fails
    ways = {turns.PLAIN: ("off", []), "same": ("off", []), "bad": ("off", [("__main__:work", "hint", 0)])}
    found = turns.take_turns(HERE, "nbody", peers, ways)
    assert {name: len(one) for name, one in found.items()} == {turns.PLAIN: turns.ROUNDS, "same": turns.ROUNDS}
    assert turns.ratio(found, "bad") == 0
    assert turns.ratio({turns.PLAIN: [2.0, 8.0, 3.0], "one": [1.0, 2.0, 1.0]}, "one") == 3.0
    (tmp_path / "bm_nbody" / "run_benchmark.py").write_text("raise ValueError('broken')", encoding="utf-8")
    with pytest.raises(turns.FailedError, match="broken"):
        turns.take_turns(HERE, "nbody", peers, ways)


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
