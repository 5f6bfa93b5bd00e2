"""What the tests of test_conflicts.py have fresh interpreters run."""

import sys
import types

from look import tell
from parts import given, part

from jitctl import _backend

if part("the_conflicts"):
    if given.imported:
        sys.modules["greenlet"] = types.ModuleType("greenlet")
    tell(conflicts=[text for name, text in _backend.chosen()["notes"] if name.startswith("known conflict")])
