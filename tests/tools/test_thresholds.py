"""The budgets of warm-up follow from what benchmarks/thresholds counted, and the page shows what is stored."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("thresholds", ROOT / "benchmarks" / "thresholds" / "__main__.py")
thresholds = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(thresholds)

STORED = json.loads(thresholds.STORED.read_text(encoding="utf-8"))
BUDGET = (ROOT / "backends" / "training" / "src" / "tuning.rs").read_text(encoding="utf-8")
V3_10 = (ROOT / "cpython" / "src" / "v3_10.rs").read_text(encoding="utf-8")
CONSTANTS = {
    name: int(number.replace("_", ""))
    for name, number in re.findall(r"^(?:pub\(crate\) )?const (\w+): \w+ = ([\d_]+);", BUDGET, re.M)
}


def most(what, keys, unit):
    """The most that any case of this unit needs; cases that never come there need no budget."""
    found = [case[what] for key in keys for case in STORED[key]["found"].values() if case["unit"] == unit]
    return max(count for count in found if count is not None)


OFF = [key for key in STORED if key.endswith("off") and not key.startswith("3.10 ")]
ON = [key for key in STORED if key.endswith("on")]


def test_every_supported_interpreter_was_counted():
    assert list(STORED) == [
        "3.10 off",
        "3.11 off",
        "3.12 off",
        "3.13 off",
        *(f"3.1{v} {j}" for v in "45" for j in ("off", "on")),
    ]


def test_nothing_counts_as_settled_before_it_could_be_specialised():
    """A state is settled after QUIET_BATCHES without a change, each twice as long as the one before."""
    quiet = CONSTANTS["FIRST_BATCH"] * (2 ** CONSTANTS["QUIET_BATCHES"] - 1)
    assert quiet >= thresholds.MARGIN * most("specialised", OFF + ON, "calls")


def test_3_10_gets_as_many_calls_as_its_caches_need():
    need = thresholds.MARGIN * most("specialised", ["3.10 off"], "calls")
    calls = int(re.search(r"Hidden \{ calls: ([\d_]+) \}", V3_10)[1].replace("_", ""))
    assert CONSTANTS["CALLS"] >= calls >= need


@pytest.mark.parametrize(("name", "what", "keys"), [("CALLS", "specialised", OFF), ("CALLS_WITH_JIT", "compiled", ON)])
def test_the_budget_is_what_was_measured_and_a_margin(name, what, keys):
    assert CONSTANTS[name] >= thresholds.MARGIN * most(what, keys, "calls")


def test_items_of_a_generator_are_enough_within_the_budget():
    per_call = CONSTANTS["ITEMS"]
    assert per_call >= thresholds.MARGIN * most("specialised", OFF + ON, "items")
    assert per_call * CONSTANTS["CALLS_WITH_JIT"] >= thresholds.MARGIN * most("compiled", ON, "items")


def test_the_page_shows_what_is_stored():
    assert thresholds.PAGE.read_text(encoding="utf-8") == thresholds.page(STORED)
