"""The compiler can be used where it should be: where it cannot, no other test of this folder is collected."""

import sys

import pytest
from applies import why_not_compiler
from place import installed

ABOUT = installed._backend.describe()


@pytest.mark.skipif(
    sys.implementation.name != "cpython" or sys.version_info < (3, 13) or sys.platform != "linux",
    reason="made for CPython 3.13 to 3.15 on Linux",
)
@pytest.mark.skipif(not ABOUT["extension"], reason="the compiled extension is not used here")
def test_the_compiler_can_be_used():
    assert why_not_compiler() is None
