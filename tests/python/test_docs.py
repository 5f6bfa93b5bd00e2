"""The examples in the pages of the documentation run as they stand, on every interpreter.

An example that cannot run by itself is marked behind the language, with the reason: ```python cannot-run=needs-a-server
"""

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *(ROOT / "backends").glob("*/README.md")])
BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<kind>python|toml)(?P<words>[^\n]*)\n(?P<body>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)


def blocks(kind):
    """Give the examples of a language: the page, the line, and the text."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            if found["kind"] == kind and "cannot-run=" not in found["words"]:
                line = text.count("\n", 0, found.start()) + 2
                yield pytest.param(textwrap.dedent(found["body"]), id=f"{page.relative_to(ROOT).as_posix()}:{line}")


EXAMPLES = list(blocks("python"))
RULES = list(blocks("toml"))


def test_there_are_examples():
    assert len(EXAMPLES) > 5
    assert len(RULES) > 1


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs(run, tmp_path, code):
    script = tmp_path / "example.py"
    script.write_text(code, encoding="utf-8")
    done = run("-W", "error", str(script))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", RULES)
def test_an_example_of_rules_is_understood(tmp_path, text):
    from jitctl._rules.ruleset import load

    (tmp_path / "jitctl.toml").write_text(text, encoding="utf-8")
    assert len(load([str(tmp_path / "jitctl.toml")]).rules) == text.count("[[rule]]")
