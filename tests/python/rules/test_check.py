"""`jitctl check`: fails where a hint is not in force at the end of the program, with the reason."""

import json

import pytest

import jitctl

PROGRAM = """
def hot(count):
    total = 0
    for number in range(count):
        total += number
    return total

def cold(count):
    for number in range(count):
        pass

for _ in range(300):
    hot(50)
"""


@pytest.fixture
def check(tmp_path, run):
    def start(rules, program=PROGRAM, *options):
        (tmp_path / "jitctl.toml").write_text(rules, encoding="utf-8")
        (tmp_path / "program.py").write_text(program, encoding="utf-8")
        place = ["--hints", str(tmp_path / "jitctl.toml"), str(tmp_path / "program.py")]
        return run("-m", "jitctl", "check", *options, *place, JITCTL_OPT_IN="1")

    return start


def rule(name, hint="focus", more=""):
    return f'[[rule]]\nmatch = "{name}"\nhint = "{hint}"\n{more}\n'


def test_a_function_that_is_compiled_passes_and_one_that_is_not_fails(check):
    done = check(rule("__main__:hot") + rule("__main__:cold"))
    able = jitctl.status().jit.built and jitctl.status().interpreter.extension
    assert done.stdout == ""
    if not able:
        assert done.returncode in (1, 3)  # 1: functions of the program are not seen, so the rules match nothing
        return
    assert done.returncode == 1
    hot, cold, summary = done.stderr.splitlines()
    assert hot.startswith("ok ")
    assert "__main__:hot: compiled at line" in hot
    assert cold.startswith("FAIL")
    assert "armed" in cold
    assert summary == "2 functions, 2 rules: 1 failed"
    assert check(rule("__main__:hot")).returncode == 0


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (rule("json:absent"), "matched nothing"),
        (rule("json:dumps", "none") + rule("json:dumps"), "an earlier rule decided"),
        (rule("json:dumps", "none", "until = 2020-01-01"), "expired on 2020-01-01"),
        (rule("json:dumps", "none", 'python = "<3.10"'), "is for Python <3.10"),
    ],
)
def test_a_rule_that_does_nothing_fails(check, rules, words):
    done = check(rules, "import json")
    assert done.returncode == 1
    assert words in done.stderr


def test_the_result_as_json(check, run):
    done = check(rule("json:dumps", "none"), "import json, sys; print('out'); sys.exit(4)", "--json")
    assert (done.returncode, done.stdout) == (1, "out\n")
    found = json.loads(done.stderr)
    assert (found["passed"], found["exit_code"], found["findings"][0]["passed"]) == (False, 4, True)
    schema = json.loads(run("-m", "jitctl", "check", "--schema").stdout)
    assert sorted(found) == sorted(schema["properties"])
