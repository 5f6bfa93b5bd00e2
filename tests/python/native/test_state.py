"""jitctl.stats(f): the compiled regions of a function, told truly, and reading changes nothing."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
RECORDS = sys.version_info >= (3, 15)


def test_regions_of_two_loops(scene, mode):
    told = scene("regions_of_two_loops", **mode)
    assert told["before"] == []
    assert len(told["regions"]) == 2
    first, second = sorted(told["regions"], key=lambda one: one["offset"])
    assert (first["line"], second["line"]) == (3, 5)
    assert 3 <= first["last_line"] <= 4
    assert 5 <= second["last_line"] <= 7
    for one in (first, second):
        assert one["kind"] == "loop"
        assert one["valid"] is True
        assert [one["micro_ops"], one["machine_code_bytes"]] == told["sizes"][str(one["offset"])]
        assert one["exits"] > 0
    assert "compiled" in told["text"]


@pytest.mark.skipif(not RECORDS, reason="3.14 compiles loops only")
def test_region_of_an_entry(scene, mode):
    (one,) = scene("region_of_an_entry", **mode)["regions"]
    assert (one["kind"], one["line"], one["valid"]) == ("entry", 1, True)


def test_unhinted_and_ignored_have_none(scene, mode):
    told = scene("unhinted_and_ignored_have_none", **mode)
    assert told["regions"] == []
    assert "compiled" not in told["text"]
    assert told["unhinted"] == "LookupError"


def test_what_cpython_threw_away_is_not_valid(scene, mode):
    told = scene("what_cpython_threw_away_is_not_valid", **mode)
    assert told["regions"] == []
    assert "compiled" not in told["text"]


def test_reading_changes_nothing(scene, mode):
    told = scene("reading_changes_nothing", **mode)
    assert told["same"] == [True, True]
    assert told["armed"] >= 1


def test_the_whole_table_and_doctor(scene, mode):
    assert scene("the_whole_table_and_doctor", **mode) == {
        "records": 5,
        "backend": "native",
        "json": True,
        "compiled": 5,
    }


@pytest.mark.skipif(not RECORDS, reason="3.14's exits lead to no code that is entered elsewhere")
def test_code_that_is_entered_and_that_an_exit_leads_to_is_one_region(scene, mode):
    told = scene("code_that_is_entered_and_that_an_exit_leads_to_is_one_region", **mode)
    assert told["entered"] > 1
    assert len(told["kinds"]) == told["all"]
    assert told["kinds"].count("side-exit") == told["all"] - told["entered"]
