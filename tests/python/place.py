"""Which jitctl is tested: the installed one, or the tree's with whatever extension was built in it.

Not in conftest.py: there are several of that name, and only one of them can be imported.
"""

import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "python"

try:
    import jitctl as installed
except ModuleNotFoundError:  # not installed
    sys.path.insert(0, str(SOURCE))
    import jitctl as installed

#: the folder to put on sys.path of a fresh interpreter to import the same jitctl
HOME = str(Path(installed.__file__).resolve().parents[1])
