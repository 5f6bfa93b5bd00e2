"""Modules of others that crash together with this version's JIT: doctor names them where they are imported."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("imported", [True, False], ids=["imported", "not imported"])
def test_greenlet(scene, mode, imported):
    told = scene("the_conflicts", given={"imported": imported}, **mode)["conflicts"]
    assert ["greenlet" in text for text in told] == ([True] if imported and sys.version_info < (3, 15) else [])


def test_with_the_jit_off_there_is_none(scene):
    assert scene("the_conflicts", given={"imported": True}, JITCTL_OPT_IN="0") == {"conflicts": []}
