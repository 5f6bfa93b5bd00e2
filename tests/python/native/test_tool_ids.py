"""Ids of sys.monitoring that others free and take: one that another tool has is not used any more, by any hint."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_an_id_that_another_tool_took(scene, mode):
    assert scene("an_id_that_another_tool_took", **mode) == {
        "again": True,
        "disjoint": True,
        "local": 0,
        "heard": 0,
        "out": 0,
        "statuses": ["applied"] * 4,
        "once": True,
    }


def test_an_id_that_somebody_freed_is_taken_again(scene, mode):
    assert scene("an_id_that_somebody_freed_is_taken_again", **mode) == {
        "back": True,
        "once": True,
        "out": 0,
        "ours": True,
    }


def test_no_id_is_left(scene, mode):
    assert scene("no_id_is_left", **mode) == {
        "refused": True,
        "status": "refused",
        "new": "monitoring-ids-taken",
        "focus": ["compiled", 1],
        "local": 0,
        "heard": 0,
        "again": True,
        "out": 0,
    }
