"""`jitctl try`: a whole program in several ways, in turn, and a verdict with its interval."""

import json

import pytest

import jitctl
from jitctl._cli.try_ import AGAIN, ALL, WITH, WITHOUT, result_of, shown
from jitctl._tune.comparison import compare
from jitctl._tune.programs import Cost, FailedError, run

PROGRAM = "def work():\n    return 1\nwork()\n"
RULES = '[[rule]]\nmatch = "json:dumps"\nhint = "none"\n'


def costs(seconds, order=None, name=""):
    """Give a way to run something that takes these seconds, one after the other."""
    left = iter(seconds)

    def once():
        if order is not None:
            order.append(name)
        return Cost(next(left), 1.0, 1)

    return once


def compared(without, with_, again):
    ways = {WITHOUT: costs(without), WITH: costs(with_), AGAIN: costs(again)}
    return compare(ways, len(without), lambda found: True)


def test_ways_take_turns_forwards_and_backwards():
    order = []
    ways = {name: costs([1.0] * 6, order, name) for name in "abc"}
    compare(ways, 3, lambda found: True)
    assert "".join(order) == "abccbaabc"


@pytest.mark.parametrize(
    ("with_", "verdict"),
    [(0.8, "faster"), (1.2, "slower"), (1.001, "same")],
)
def test_a_clear_difference_is_said(with_, verdict):
    jitter = [1.0, 1.002, 0.998, 1.001, 0.999, 1.0, 1.001, 0.999]
    found = result_of(compared(jitter, [with_ * one for one in jitter], jitter[::-1]), "absent")
    assert found.verdict == verdict
    assert all(len(line) <= 80 for line in shown(found))


def test_too_noisy_to_say():
    wild = [1.0, 1.5, 0.7, 1.2, 0.8, 1.0, 1.4, 0.6]
    found = result_of(compared(wild, [0.97 * one for one in reversed(wild)], wild[3:] + wild[:3]), "absent")
    assert found.verdict == "unclear"
    assert "--rounds" in found.sentence


def test_an_interruption_leaves_what_is_known():
    def interrupted():
        raise KeyboardInterrupt

    def twice(found):
        if found.rounds == 2:
            ways["b"] = interrupted
        return True

    ways = {"a": costs([1.0] * 6), "b": costs([1.0] * 6)}
    assert compare(ways, 6, twice).rounds == 2


def test_a_program_that_fails_is_no_comparison(tmp_path):
    import os
    import sys

    with pytest.raises(FailedError, match="exit code 3: sorry"):
        run([sys.executable, "-c", "import sys; print('sorry', file=sys.stderr); sys.exit(3)"], os.environ)
    with pytest.raises(FailedError, match="not finished"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], os.environ, 0.2)


def test_the_command(tmp_path, run):
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    words = ["--rounds", "6", "--hints", str(tmp_path / "rules.toml"), str(tmp_path / "program.py")]
    done = run("-m", "jitctl", "try", "--json", *words)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    found = json.loads(done.stderr)
    assert [way["name"] for way in found["ways"]] == [WITHOUT, WITH, AGAIN, *([ALL] * jitctl.status().jit.built)]
    assert (found["rounds"], found["ways"][0]["ratio"]) == (6, 1.0)
    schema = json.loads(run("-m", "jitctl", "try", "--schema").stdout)
    assert sorted(found) == sorted(schema["properties"])


def test_too_few_rounds_are_a_mistake(run):
    done = run("-m", "jitctl", "try", "--rounds", "5", "x.py")
    assert done.returncode == 2
    assert "6 rounds at least" in done.stderr
