"""`jitctl explain`: everything that is known of one function, hinted or not, on every interpreter."""

import json

import pytest

import jitctl
from jitctl._process.executors import Lines, summary
from jitctl._process.explain import explain
from jitctl._rules.functions import SEES_NESTED

PROGRAM = """def work(values):
    total = 0
    for value in values:
        if value > 10:
            total += value
        else:
            total -= 1
    return total

for _ in range(300):
    work(list(range(40)))
work([0.5] * 40)
"""
RULES = '[[rule]]\nmatch = "__main__:work"\nhint = "focus"\n'
HAS_JIT = jitctl.status().interpreter.jit_built and jitctl.status().interpreter.extension
#: functions of the program itself get their hints when they are made, where that can be seen
SEES_PROGRAM = SEES_NESTED and jitctl.status().interpreter.extension


def plain(value):
    return value + 1


@pytest.fixture
def files(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    return str(tmp_path / "program.py"), str(tmp_path / "rules.toml")


def test_a_function_without_a_hint_is_explained_too():
    found = jitctl.explain(plain)
    assert (found.module, found.qualname, found.line) == (__name__, "plain", plain.__code__.co_firstlineno)
    assert (found.hint, found.rule, found.verdict) == (None, None, None)
    assert found.advice
    assert "hint      none" in str(found)


def test_a_method_and_what_is_no_function():
    class Point:
        def length(self):
            return 1

        def other(self):
            return 2

    assert explain(Point.length).qualname.endswith("Point.length")
    with pytest.raises(TypeError, match="stands for 2"):
        explain(Point)
    with pytest.raises(TypeError):
        explain(len)


def test_a_hint_and_what_became_of_it():
    def hinted(value):
        return value

    jitctl.jit_focus(hinted)
    found = explain(hinted)
    assert found.hint == "focus"
    assert found.verdict == jitctl.stats(hinted).verdict
    assert "focus, by the program itself" in str(found)
    jitctl.remove(hinted)


def test_the_source_has_a_column_beside_it():
    text = explain(plain).source()
    (row,) = [line for line in text.splitlines() if line.endswith("    return value + 1")]
    assert row.split()[0] == str(plain.__code__.co_firstlineno + 1)
    space = {}
    exec(compile("def gone(x):\n    return x", "<nowhere>", "exec"), space)
    assert "cannot be read" in explain(space["gone"]).source()


def test_guards_and_exits_are_counted_by_line():
    """As the executors of 3.15 look: what is behind the end are the places to which operations jump."""
    code = compile("a\nb\nc\n", "x", "exec")
    first, second = (next(start // 2 for start, _, line in code.co_lines() if line == number) for number in (1, 2))
    operations = [
        ("_START_EXECUTOR", 0, 6, 0),
        ("_GUARD_NOS_INT", 0, 8, 0),  # leaves by a side exit
        ("_CHECK_VALIDITY", 0, 9, 0),  # no guess
        ("_PUSH_FRAME", 0, 0, 0),
        ("_GUARD_TOS_INT", 0, 10, 0),  # in what it calls
        ("_RETURN_VALUE", 0, 0, 0),
        ("_GUARD_TOS_FLOAT", 0, 9, 0),
        ("_JUMP_TO_TOP", 0, 1, 0),
        ("_EXIT_TRACE", 0, first, 0),
        ("_DEOPT", 0, second, 0),
        ("_EXIT_TRACE", 0, first, 0),
    ]
    found = summary(operations, Lines(code))
    assert (dict(found.guards), dict(found.exits), found.inlined) == ({1: 1, 2: 1}, {1: 1}, 1)


def test_the_command_with_a_program(run, files):
    program, rules = files
    done = run("-m", "jitctl", "explain", "--hints", rules, "__main__:work", "--source", "--json", program)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    found = json.loads(done.stderr)
    schema = json.loads(run("-m", "jitctl", "explain", "--schema").stdout)
    assert sorted(found) == sorted(schema["properties"])
    assert sorted(found["function"]) == sorted(schema["properties"]["function"]["properties"])
    assert found["exit_code"] == 0
    assert found["function"]["rule"] == (f"{rules}:1" if SEES_PROGRAM else None)
    assert found["function"]["hint"] == ("focus" if SEES_PROGRAM else None)
    text = run("-m", "jitctl", "explain", "--hints", rules, "__main__:work", "--source", program, COLUMNS="80")
    assert "    for value in values:" in text.stderr
    assert [line for line in text.stderr.partition("\n line ")[0].splitlines() if len(line) > 80] == []


def test_the_command_without_a_program(run):
    done = run("-m", "jitctl", "explain", "textwrap:dedent")
    assert done.returncode == 0
    assert done.stdout.startswith("textwrap:dedent\n")
    for words, said in [(["nowhere"], "MODULE:NAME"), (["nowhere:x"], "cannot import"), (["json:x"], "no function x")]:
        done = run("-m", "jitctl", "explain", *words)
        assert (done.returncode, said in done.stderr, len(done.stderr.splitlines())) == (2, True, 1), done.stderr


@pytest.mark.skipif(not HAS_JIT, reason="CPython's JIT is not built")
def test_guards_of_a_compiled_loop(run, files):
    program, rules = files
    words = ["--hints", rules, "__main__:work", "--json", program]
    done = run("-m", "jitctl", "explain", *words, JITCTL_OPT_IN="1")
    found = json.loads(done.stderr)["function"]
    assert [one for one in found["tier"]["regions"] if one["valid"]], found
    compiled = [one for one in found["lines"] if one["compiled"]]
    assert {one["line"] for one in compiled} <= set(range(1, 9))
    assert sum(one["guards"] for one in compiled) > 0
    assert sum(one["exits"] for one in compiled) > 0


def test_exits_of_the_compiler_by_line_and_reason(run, tmp_path):
    listed = json.loads(run("-m", "jitctl", "backends", "list", "--json").stdout)["backends"]
    if not any(one["name"] == "compiler" and one["usable"] for one in listed):
        pytest.skip("the compiler does not serve this interpreter")
    program = tmp_path / "program.py"
    program.write_text(
        "def work(values):\n    total = 0\n    for value in values:\n        total += value * 2\n    return total\n"
        "for _ in range(200):\n    work([1, 2, 3] * 20)\nwork([1, 0.5])\n",
        encoding="utf-8",
    )
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    words = ["--hints", str(tmp_path / "rules.toml"), "__main__:work", "--source", "--json", str(program)]
    done = run("-m", "jitctl", "explain", *words, JITCTL_BACKEND="compiler")
    found = json.loads(done.stderr)["function"]
    (left,) = found["tier"]["exits"]
    assert (left["line"], left["code"], left["count"]) == (4, "type", 1)
    assert left["message"]
    (line,) = [one for one in found["lines"] if one["left"]]
    assert (line["line"], line["compiled"]) == (4, True)
    assert "(type)" in line["reasons"][0]
