"""`jitctl tune`: the command from one end to the other; what it decides is tested with known times elsewhere."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from applies import HANDS_JIT_ON, SAME_WITH_JIT
from place import HOME

import jitctl
from jitctl._cli.console import Console
from jitctl._cli.trial import tried
from jitctl._cli.tune import write
from jitctl._cli.tune_result import result_of
from jitctl._cli.tune_text import shown
from jitctl._cli.tuner import Tuner
from jitctl._cli.tuning import Budget, Candidate
from jitctl._rules import load
from jitctl._tune.across import Found
from jitctl._tune.interval import Interval
from jitctl._tune.judging import Hint, Judged
from jitctl._tune.rules_file import MARK, is_ours
from jitctl._tune.search import Plan, Proof

ACTS = tried("focus").acts
#: the backend and the JIT that this run of the tests was given: what ACTS says is true of processes with the same
CHAIN = {key: value for key, value in os.environ.items() if key in ("JITCTL_BACKEND", "PYTHON_JIT")}
needs_hints = pytest.mark.skipif(not ACTS, reason="hints can do nothing on this interpreter")
MODULE = """
import time
def work(count):
    total = 0
    for number in range(count):
        total += number * number
    return total
def sample():
    return (50,)
def main():
    while time.process_time() < 1.2:
        work(50)
    print("out")
if __name__ == "__main__":
    main()
"""


def judged(ratio):
    return Judged("faster", ratio, ratio, ratio, 24, "native", "armed", "compiled", 1000.0, 40)


def tuned(**candidates):
    """Give a tuner that has judged functions alone: name=ratio, or None where only the program can."""
    tuner = Tuner(None, Budget(100, lambda text: None), None)
    for name, ratio in candidates.items():
        one = Candidate(f"m:{name}", ("m.py", 1, name), 0.2, 1, "", hash="sha256:1")
        one.found = None if ratio is None else Found(Hint("focus"), [judged(ratio)] * 6)
        one.reason = "its arguments can be changed" if ratio is None else ""
        tuner.candidates[one.name] = one
    return tuner


def decisions(tuner, checked=False):
    return {one.name[2:]: one.decision for one in result_of(tuner, checked).functions}


def test_what_is_kept_and_why():
    tuner = tuned(good=1.3, bad=0.8, same=1.0, open=None)
    tuner.plan = Plan("p", {"m:good": Hint("focus"), "m:open": Hint("focus", 24)})
    tuner.proof = Proof(Interval(1.1, 1.05, 1.15), 7)
    assert decisions(tuner) == {"good": "keep", "bad": "slower", "same": "no effect", "open": "keep"}
    result = result_of(tuner)
    assert (result.verdict, result.ratio) == ("hints pay", 1.1)
    by_name = {one.name: one for one in result.functions}
    assert by_name["m:good"].judged_by == "function"
    assert (by_name["m:good"].break_even_calls, by_name["m:good"].break_even_seconds) == (40, 4e-05)
    assert (by_name["m:open"].judged_by, by_name["m:open"].threshold) == ("program", 24)


def test_no_hint_pays():
    tuner = tuned(one=None, two=1.0)
    tuner.proof = Proof(Interval(0.99, 0.97, 1.01), 14)
    result = result_of(tuner)
    assert (result.verdict, result.sentence.partition(":")[0]) == ("no hint pays", "no hint pays")
    assert decisions(tuner) == {"one": "no effect", "two": "no effect"}


def test_a_hint_in_force_that_does_harm():
    tuner = tuned(bad=0.8, good=1.2)
    for one in tuner.candidates.values():
        one.now = Hint("focus")
    tuner.proof = Proof(Interval(1.0, 0.97, 1.02), 14)
    result = result_of(tuner, checked=True)
    assert (result.verdict, result.sentence) == ("harm", "hints do harm: m:bad")
    assert decisions(tuner, True) == {"bad": "remove", "good": "keep"}
    del tuner.candidates["m:bad"]
    assert result_of(tuner, checked=True).verdict == "no harm"
    tuner.proof = Proof(Interval(0.9, 0.87, 0.95), 7)
    assert result_of(tuner, checked=True).verdict == "harm"


def test_without_time_nothing_is_claimed():
    tuner = tuned(one=None)
    tuner.budget = Budget(-1, lambda text: None)
    assert result_of(tuner).verdict == "not decided"
    tuner.proof = Proof(Interval(1.3, 0.0, float("inf")), 5)
    result = result_of(tuner)
    assert (result.verdict, result.ratio) == ("not decided", None)
    assert decisions(tuner) == {"one": "undecided"}


@pytest.mark.skipif(sys.platform == "win32", reason="there, os.kill ends the process")
def test_an_interruption_ends_everything_with_what_is_known():
    """Ctrl-C while the second process judges: nothing further is started."""
    tuner = tuned()
    one = tuner.candidates["m:f"] = Candidate("m:f", ("m.py", 1, "f"), 0.2, 1, "")
    started = []

    def process(number, keys, hints):
        started.append(number)
        if number == 1:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)  # the signal ends it
        return {"judged": {"m:f": [judged(1.3)]}, "functions": []}

    tuner.processes = type("Fake", (), {"judge": staticmethod(process)})
    before = signal.getsignal(signal.SIGINT)
    tuner._stage(tuner._judge, lambda: started.append("another step"))
    assert started == [0, 1]
    assert len(one.found.judged) == 1
    assert signal.getsignal(signal.SIGINT) is before
    result = result_of(tuner)
    assert (result.verdict, result.functions[0].decision) == ("not decided", "undecided")
    assert "interrupted" in result.sentence


def test_the_file_has_the_evidence_and_can_be_read(tmp_path):
    tuner = tuned(good=1.3, open=None)
    tuner.plan = Plan("p", {"m:good": Hint("focus"), "m:open": Hint("focus", 24)}, "native")
    tuner.proof = Proof(Interval(1.1, 1.05, 1.15), 7)
    old = tmp_path / "old.toml"
    old.write_text('[[rule]]\nmatch = ["a:b", "c:d"]\nhint = "ignore"\nreason = "gh-1"\nuntil = 2099-01-01\n')
    file = tmp_path / "new.toml"
    result = write(result_of(tuner), tuner, str(file), load([str(old)]).rules)
    assert result.rules_file == str(file)
    found = load([str(file)])
    assert found.backend == "native"
    assert [(one.match, one.hint, one.options) for one in found.rules] == [
        (("m:good",), "focus", {}),
        (("m:open",), "focus", {"threshold": 24}),
        (("a:b", "c:d"), "ignore", {}),
    ]
    assert found.rules[0].evidence["ratio"] == 1.3
    assert found.rules[1].evidence["judged"] == "program"
    assert (found.rules[2].reason, str(found.rules[2].until)) == ("gh-1", "2099-01-01")
    assert is_ours(str(file))
    assert not is_ours(str(old))


def test_nothing_is_written_where_no_hint_pays(tmp_path):
    tuner = tuned(same=1.0)
    file = tmp_path / "new.toml"
    assert write(result_of(tuner), tuner, str(file), []).rules_file is None
    assert not file.exists()


@pytest.mark.parametrize("width", [80, 40])
def test_the_text_fits(width):
    import argparse
    import io

    tuner = tuned(good=1.3, bad=0.8, open=None)
    tuner.plan = Plan("p", {"m:good": Hint("focus"), "m:open": Hint("focus", 24)})
    tuner.proof = Proof(Interval(1.1, 1.05, 1.15), 7)
    out = Console(argparse.Namespace(color="never", json=False, quiet=False, output=None), io.StringIO())
    out.width = width
    lines = shown(result_of(tuner), out)
    assert [line for line in lines if len(line) > width] == []
    assert "keep       m:good" in lines


@HANDS_JIT_ON
@needs_hints
def test_one_function_alone(tmp_path, run):
    (tmp_path / "shop.py").write_text(MODULE, encoding="utf-8")
    rules = tmp_path / "out.toml"
    words = ["--function", "shop:work", "--sample", "shop:sample", "--rules", str(rules)]
    path = os.pathsep.join([HOME, str(tmp_path)])
    done = run("-m", "jitctl", "tune", "--json", *words, PYTHONPATH=path, **CHAIN)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    found = json.loads(done.stderr)
    assert sorted(found) == sorted(json.loads(run("-m", "jitctl", "tune", "--schema").stdout)["properties"])
    (one,) = found["functions"]
    assert (one["name"], one["judged_by"]) == ("shop:work", "function")
    assert one["code"].startswith("sha256:")
    assert rules.exists() is (one["decision"] == "keep")


@HANDS_JIT_ON
@needs_hints
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no sampler here")
def test_a_whole_program_that_runs_out_of_time(tmp_path, run):
    program = tmp_path / "program.py"
    program.write_text(MODULE, encoding="utf-8")
    rules = tmp_path / "out.toml"
    done = run("-m", "jitctl", "tune", "--json", "--budget", "0.01", "--rules", str(rules), str(program), **CHAIN)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    found = json.loads(done.stderr)
    assert found["verdict"] == "not decided"
    assert not rules.exists()


@needs_hints
def test_the_child_says_what_can_be_judged_alone_and_what_has_hints(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import jitctl\ndef pure(number):\n    return number + 1\ndef taken(items):\n    return items\n"
        "@jitctl.jit_focus\ndef given(number):\n    return number\nfor _ in range(9): pure(1), taken([]), given(1)\n"
    )
    (tmp_path / "rules.toml").write_text('[[rule]]\nmatch = "__main__:taken"\nhint = "focus"\nthreshold = 9\n')
    keys = {f"__main__:{name}": [str(program), line, name] for name, line in (("pure", 2), ("taken", 4))}
    order = {
        "target": [str(program), False, []],
        "function": None,
        "sample": None,
        "rules": [str(tmp_path / "rules.toml")],
        "functions": keys,
        "hints": {"__main__:pure": [{"hint": "focus", "threshold": 0}], "__main__:taken": [{"hint": "focus"}]},
    }
    (tmp_path / "order.json").write_text(json.dumps(order))
    words = [str(tmp_path / "order.json"), str(tmp_path / "answer.json")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JITCTL_")}
    subprocess.run(
        [sys.executable, "-m", "jitctl._cli.tune_child", *words], check=True, env={**kept, "PYTHONPATH": HOME}
    )
    answer = json.loads((tmp_path / "answer.json").read_text())
    found = {one["name"]: one for one in answer["functions"]}
    assert found["__main__:pure"]["reason"] == ""
    assert "can be changed" in found["__main__:taken"]["reason"]
    assert found["__main__:taken"]["rule"] == {"hint": "focus", "threshold": 9}
    assert found["__main__:given"]["decorated"]["hint"] == "focus"
    assert "can be changed" in answer["judged"]["__main__:taken"]
    (one,) = answer["judged"]["__main__:pure"]
    assert set(one) >= {"outcome", "ratio", "pairs", "break_even"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--function", "a:b"], "belong together"),
        (["--function", "a:b", "--sample", "a:c", "x.py"], "leave the program out"),
    ],
)
def test_wrong_usage(words, said, run):
    done = run("-m", "jitctl", "tune", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_file_of_the_users_is_not_written_over(tmp_path, run):
    mine = tmp_path / "jitctl.toml"
    mine.write_text("# mine\n", encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text("raise SystemExit(4)\n", encoding="utf-8")
    done = run("-m", "jitctl", "tune", "--rules", str(mine), str(program))
    assert (done.returncode, "file of yours" in done.stderr) == (2, True)
    mine.write_text(f"{MARK}\n", encoding="utf-8")
    done = run("-m", "jitctl", "tune", "--rules", str(mine), str(program))
    assert done.returncode
    assert "file of yours" not in done.stderr


@HANDS_JIT_ON
@pytest.mark.skipif(ACTS, reason="hints do something on this interpreter")
def test_where_hints_can_do_nothing_it_says_so(tmp_path, run):
    program = tmp_path / "program.py"
    program.write_text("raise SystemExit(4)\n", encoding="utf-8")
    done = run("-m", "jitctl", "tune", str(program), **CHAIN)
    assert done.returncode == 3
    assert jitctl.status().interpreter.implementation
    assert "does nothing" in done.stderr


@SAME_WITH_JIT
@pytest.mark.parametrize("verb", ["tune", "try", "find", "run", "check"])
def test_a_program_that_is_not_there_is_told_in_one_line(tmp_path, run, verb):
    rules = tmp_path / "jitctl.toml"
    rules.write_text('[[rule]]\nmatch = "__main__:f"\nhint = "focus"\n', encoding="utf-8")
    hints = [] if verb == "find" else ["--hints", str(rules)]
    done = run("-m", "jitctl", verb, *hints, "nowhere.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "python -m jitctl: cannot run nowhere.py: No such file or directory\n"
