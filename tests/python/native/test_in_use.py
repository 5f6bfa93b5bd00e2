"""Native is in use where it can be: where it is not, no other test of this folder is collected."""

import platform
import sys

import pytest
from applies import why_not_native
from place import installed

ABOUT = installed._backend.describe()


@pytest.mark.skipif(
    not (hasattr(sys, "_jit") and sys._jit.is_available()) or not ABOUT["extension"] or platform.machine() != "x86_64",
    reason="this interpreter has no JIT, or the backend is not built for it",
)
def test_native_is_in_use_where_there_is_a_jit():
    assert why_not_native() is None
