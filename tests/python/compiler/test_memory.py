"""What machine code takes of memory, and when it gives it back."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")


def test_a_function_that_dies_gives_its_memory_back(scene):
    told = scene("a_function_that_dies_gives_its_memory_back")
    assert told["codes"] == ["compiled"]
    assert told["least"] == ["0 bytes in 0 blocks", "0 hinted, 0 compiled"]
    assert told["alive"] == 0


def test_a_function_that_dies_while_it_runs(scene):
    told = scene("a_function_that_dies_while_it_runs")
    assert told["seen"]


def test_the_limit_of_code_memory(scene):
    told = scene("the_limit_of_code_memory", JITCTL_CODE_MEMORY="24K")
    assert told["right"]
    assert 1 <= told["codes"].count("compiled") <= 6
    assert set(told["codes"]) == {"compiled", "code-memory"}
    assert "exceed the limit of 24576 bytes" in told["message"]
    assert "JITCTL_CODE_MEMORY" in told["advice"]
