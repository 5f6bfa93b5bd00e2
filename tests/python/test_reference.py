"""One table of keywords and one of variables: what else speaks of them agrees."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import jitctl
from jitctl._keywords import KEYWORDS
from jitctl._settings import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "jitctl"
HINTS = ("focus", "ignore", "once")


def overloads():
    """Give the keyword parameters of each declared form of each decorator, with their types."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(
            getattr(one, "id", "") == "overload" for one in node.decorator_list
        ):
            keywords = {one.arg: ast.unparse(one.annotation) for one in node.args.kwonlyargs}
            yield node.name.removeprefix("jit_"), keywords


def test_the_declared_types_are_those_of_the_table():
    found = list(overloads())
    assert [hint for hint, _ in found] == ["focus", "focus", "ignore", "ignore", "once", "once"]
    for hint, keywords in found:
        assert keywords == {one.name: one.annotation for one in KEYWORDS if hint in one.hints}


def test_the_help_of_jit_focus_names_every_keyword():
    for one in KEYWORDS:
        assert f"``{one.name}``" in jitctl.jit_focus.__doc__


@pytest.mark.parametrize("hint", HINTS)
def test_every_keyword_is_taken_by_its_hints_and_no_other(hint):
    for one in KEYWORDS:
        wrong = rf"{one.name} must be" if hint in one.hints else rf"has no keyword '{one.name}'"
        with pytest.raises(TypeError, match=wrong):
            getattr(jitctl, f"jit_{hint}")(**{one.name: object()})


def test_the_backends_read_no_other_keywords():
    """They ask for an option by name; one that the table lacks would never be there."""
    asked = re.compile(r'option\("(\w+)"\)')
    sources = list((ROOT / "backends").glob("*/src/**/*.rs"))
    found = {name for file in sources for name in asked.findall(file.read_text(encoding="utf-8"))}
    assert {"sample_args", "threshold", "infer"} <= found <= {one.name for one in KEYWORDS}


def test_the_page_is_made_from_the_tables():
    code = "import sys; sys.path.insert(0, 'tools'); import reference; sys.stdout.write(reference.text())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == (ROOT / "docs" / "reference.md").read_text(encoding="utf-8"), "run python tools/reference.py"


def test_the_readme_names_only_variables_of_the_table():
    named = set(re.findall(r"`(JITCTL_\w+|PYTHON_JIT)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert named <= {one.name for one in VARIABLES}


def test_no_source_reads_a_variable_that_the_table_lacks():
    names = re.compile(r'"(?:env\.)?(JITCTL_[A-Z_]+|PYTHON_JIT)"')
    places = [*(ROOT / "backends").glob("*/src/**/*.rs"), *(ROOT / "python").rglob("*.rs"), *PACKAGE.rglob("*.py")]
    found = {name for file in places for name in names.findall(file.read_text(encoding="utf-8"))}
    assert found - {"JITCTL_"} <= {one.name for one in VARIABLES}
