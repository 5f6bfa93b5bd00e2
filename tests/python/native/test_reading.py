"""The verdict at the time of reading: what is compiled is called so at once, before maintenance has looked."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_compiled_as_soon_as_it_is(scene, mode):
    assert scene("compiled_as_soon_as_it_is", **mode) == {
        "codes": [["armed", 0], ["compiled", 1]],
        "listed": ["compiled"],
    }


def test_how_many_of_several_loops(scene, mode):
    told = scene("how_many_of_several_loops", **mode)["told"]
    assert told[0][:2] == ["armed", "applied"]
    assert told[0][2].startswith("5 loops armed")
    assert told[1:] == [
        ["armed", "applied", "4 of 5 loops compiled", 4],
        ["compiled", "applied", "5 loops compiled", 5],
    ]


def test_dropped_code_is_not_called_compiled(scene, mode):
    told = scene("dropped_code_is_not_called_compiled", **mode)
    assert told == {"before": "compiled", "dropped": 0, "code": "armed", "agrees": True}


def test_a_function_that_shares_its_code_keeps_its_verdict(scene, mode):
    assert scene("a_function_that_shares_its_code_keeps_its_verdict", **mode) == {
        "one": "shared-code",
        "other": "compiled",
    }


def test_reading_changes_nothing(scene, mode):
    assert scene("reading_changes_nothing", **mode) == {"settled": True}


def test_no_way_to_read_says_armed_beside_compiled(scene, mode):
    for told, same, texts in scene("no_way_to_read_says_armed_beside_compiled", **mode)["shown"]:
        assert told == same
        for text in texts:
            assert told in text
            assert not ("armed" in text and "compiled at line" in text), text
