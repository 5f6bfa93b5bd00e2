"""ARCHITECTURE.md is true to the tree: it names files that are there, and tells all functions of the extension."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAP = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
#: what stands for a name that is not given yet
MADE_UP = {"cpython/src/v3_NN.rs", "env.NAME"}


def part(begin, end):
    return MAP[MAP.index(begin) : MAP.index(end)]


def named_files():
    found = re.findall(r"`([\w./]+/[\w./]*|\w+\.\w+)`", part("## Where to add", "## core\n"))
    return sorted(set(found) - MADE_UP)


@pytest.mark.parametrize("name", named_files())
def test_where_to_add_names_what_there_is(name):
    # A name without its folder is told after the folder, in the same row.
    assert (ROOT / name).exists() or any(ROOT.glob(f"*/**/{name.rstrip('/')}")), name


def walk():
    """Give the functions of the walk, each with its file."""
    lines = part("A hint makes these calls:", "From then on the clock").splitlines()
    rows = [re.match(r" *\w+::(\w+(?:, \w+)*) +(\S+\.rs)", line) for line in lines]
    return [(name, row[2]) for row in rows if row for name in row[1].split(", ")]


@pytest.mark.parametrize(("function", "file"), walk())
def test_the_walk_of_a_hint_names_functions_where_they_are(function, file):
    text = (ROOT / "backends" / "native" / "src" / file).read_text(encoding="utf-8")
    assert re.search(rf"\bfn {function}\b", text), f"no {function} in {file}"


def test_every_function_of_the_extension_is_told():
    types = ast.parse((ROOT / "python" / "jitctl" / "_backend.pyi").read_text(encoding="utf-8"))
    functions = {node.name for node in types.body if isinstance(node, ast.FunctionDef)}
    interface = part("### Interface of `jitctl._backend`", "## The package")
    assert sorted(one for one in functions if not re.search(rf"\b{one}\(", interface)) == []
