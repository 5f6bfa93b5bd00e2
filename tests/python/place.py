"""Which jitctl is tested: the installed one, or the tree's with whatever extension was built in it.

Not in conftest.py: there are several of that name, and only one of them can be imported.
"""

import os
import sys
from pathlib import Path

#: programs that tests run in processes of their own, and modules that those import
CHILDREN = str(Path(__file__).resolve().parent / "children")
SOURCE = Path(__file__).resolve().parents[2] / "python"

#: What a hint does is not about how fast this machine is, here and in the processes that are started. A busy one takes
#: a process away for longer than a training takes by default (50 ms), so that has a second; and no hint is given up for
#: the time that its calls took, which a debug build's may.
STEADY = {"JITCTL_BUDGET_MS": "1000", "JITCTL_NATIVE_TRIALS": "0"}
os.environ |= STEADY

try:
    import jitctl as installed
except ModuleNotFoundError:  # not installed
    sys.path.insert(0, str(SOURCE))
    import jitctl as installed

#: the folder to put on sys.path of a fresh interpreter to import the same jitctl
HOME = str(Path(installed.__file__).resolve().parents[1])
