"""Compiled functions compute and show what plain ones do: one small program for each way in which that could fail."""

import importlib.util
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from place import CHILDREN

SUPPORT = Path(__file__).resolve().parent / "support"
MODULES = [
    "programs_calls",
    "programs_closures",
    "programs_made",
    "programs_dicts",
    "programs_texts",
    "programs_sequences",
    "programs_arrays",
    "programs_builtins",
    "programs_forecast",
    "programs_numbers",
    "programs_names",
    "programs_objects",
    "programs_flow",
    "programs_interrupted",
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


@lru_cache
def load(name):
    sys.path[:0] = places = [str(SUPPORT), CHILDREN]
    try:
        spec = importlib.util.spec_from_file_location(name, SUPPORT / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        del sys.path[: len(places)]
    return module.PROGRAMS


#: each module is run once, so one process has all of its tests
CASES = [
    pytest.param(module, name, marks=pytest.mark.xdist_group(module)) for module in MODULES for name in load(module)
]


@pytest.mark.parametrize(("module", "name"), CASES)
def test_same(played_programs, module, name):
    (plain, _), (compiled, verdicts) = played_programs(module)[name]
    assert compiled == plain
    wanted = load(module)[name].verdict
    # Compiled, then maybe left for what exits showed.
    allowed = {"compiled", "recompiling", "gave-up"} if wanted == "compiled" else {wanted}
    assert wanted == "any" or set(verdicts) <= allowed
