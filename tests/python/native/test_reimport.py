"""`jitctl` dropped from sys.modules and imported again: hints, ids, callbacks and threads are as they were."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_several_rounds(scene, mode):
    assert scene("several_rounds", **mode) == {
        "states": [[True, True, "excluded", True, 0]] * 4,
        "same": [True] * 4,
        "callbacks": 1,
        "known": True,
        "undone": True,
    }


def test_what_was_hinted_before_is_kept_in_force(scene, mode):
    assert scene("what_was_hinted_before_is_kept_in_force", **mode) == {"dropped": 0, "again": True, "jit": True}


@pytest.mark.skipif(sys.version_info < (3, 15), reason="the opt-in is the default since 3.15")
def test_the_environment_is_read_again(scene):
    assert scene("the_environment_is_read_again") == {"codes": ["jit-off", "compiled"]}
