"""Where the native backend is not the default: without a JIT it can freeze what was specialised, and nothing more."""

import sys
import sysconfig

import pytest

pytestmark = pytest.mark.skipif(
    sys.implementation.name != "cpython"
    or sys.version_info[:2] != (3, 13)
    or bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    reason="3.13 only, and with a GIL",
)


def test_it_freezes_where_it_is_named(scene):
    told = scene("it_freezes_where_it_is_named", JITCTL_BACKEND="native")
    assert told["verdicts"] == [["applied", "frozen"], ["unsupported", "no-jit"], ["applied", "nothing-compiles"]]
    assert (told["frozen"], told["thawed"]) == (True, True)
