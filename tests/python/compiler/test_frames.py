"""Callees, tracers and threads see of a compiled function what they see of a plain one, and may do to it the same."""

import ast
from pathlib import Path

import pytest

SUPPORT = Path(__file__).resolve().parent / "support"

pytestmark = pytest.mark.usefixtures("compiler")


MODULES = ("scenes_errors", "scenes_frames", "scenes_tracers")


def scenes(module):
    tree = ast.parse((SUPPORT / f"{module}.py").read_text(encoding="utf-8"))
    return [one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.decorator_list]


#: each module is run once, so one process has all of its tests
CASES = [
    pytest.param(module, name, marks=pytest.mark.xdist_group(module)) for module in MODULES for name in scenes(module)
]


@pytest.mark.parametrize(("module", "name"), CASES)
def test_frames(played, module, name):
    plain, compiled = played(module)[name]
    assert plain == compiled
