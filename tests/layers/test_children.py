"""The programs that tests run in fresh interpreters: each part of children/NAME.py is asked for by test_NAME.py."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
FILES = [one for one in sorted(TESTS.rglob("children/*.py")) if "from parts import" in one.read_text(encoding="utf-8")]


def chains(tree):
    """Give for each chain of ``if part(...)`` at the level of the module the names that its branches ask for."""
    for block in tree.body:
        names = []
        while isinstance(block, ast.If):
            if isinstance(block.test, ast.Call) and getattr(block.test.func, "id", None) == "part":
                names.append([name.value for name in block.test.args])
            block = block.orelse[0] if len(block.orelse) == 1 else None
        if names:
            yield names


def texts(*trees):
    """Give all texts in these trees."""
    every = (one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Constant))
    return {one.value for one in every if isinstance(one.value, str)}


def test_there_are_some():
    assert len(FILES) > 20


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TESTS)))
def test_each_part_is_asked_for(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    test = ast.parse((file.parents[1] / f"test_{file.name}").read_text(encoding="utf-8"))
    names = {name for chain in chains(tree) for group in chain for name in group}
    # A part may start another one in a process of its own: with a list of arguments.
    asked = texts(test, *(one for one in ast.walk(tree) if isinstance(one, ast.List)))
    assert names
    assert names - asked == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TESTS)))
def test_no_two_parts_of_a_chain_have_one_name(file):
    for chain in chains(ast.parse(file.read_text(encoding="utf-8"))):
        names = [name for group in chain for name in group]
        assert sorted(set(names)) == sorted(names)
