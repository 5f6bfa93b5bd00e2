"""The inference is asked for by the extension's backends alone: nothing of it is tested where there is none."""

import sys
from pathlib import Path

from jitctl import _router

sys.path.insert(0, str(Path(__file__).parent))
collect_ignore_glob = [] if _router.backend.describe()["extension"] else ["test_*.py"]
