"""Compiled functions compute and show what plain ones do: one small program for each way in which that could fail."""

import importlib.util
import sys
from pathlib import Path

import pytest

SUPPORT = Path(__file__).resolve().parent / "support"
MODULES = [
    "programs_calls",
    "programs_closures",
    "programs_dicts",
    "programs_texts",
    "programs_numbers",
    "programs_names",
    "programs_objects",
    "programs_flow",
    "programs_ownership",
    "programs_temporaries",
    "programs_hostile_numbers",
    "programs_hostile_containers",
    "programs_hostile_tools",
    "programs_hostile_frames",
    "programs_hostile_classes",
    "programs_hostile_names",
    "programs_hostile_flow",
    "programs_hostile_outside",
]

pytestmark = [
    pytest.mark.usefixtures("compiler"),
    pytest.mark.skipif(sys.platform == "win32", reason="needs fork"),
]


def load(name):
    sys.path.insert(0, str(SUPPORT))
    try:
        spec = importlib.util.spec_from_file_location(name, SUPPORT / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(SUPPORT))
    return module.PROGRAMS


@pytest.fixture(scope="module")
def outcomes(request):
    scene = request.getfixturevalue("played_programs")
    return {name: scene(name) for name in MODULES}


@pytest.mark.parametrize(("module", "name"), [(module, name) for module in MODULES for name in load(module)])
def test_same(outcomes, module, name):
    (plain, _), (compiled, verdicts) = outcomes[module][name]
    assert compiled == plain
    wanted = load(module)[name].verdict
    # Compiled, then maybe left for what exits showed.
    allowed = {"compiled", "recompiling", "gave-up"} if wanted == "compiled" else {wanted}
    assert wanted == "any" or set(verdicts) <= allowed
