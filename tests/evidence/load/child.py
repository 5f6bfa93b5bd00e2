"""One measurement in a process of its own: `python child.py PART COUNT` prints its figures as JSON."""

from __future__ import annotations

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import parts

figures = parts.ALL[sys.argv[1]](int(sys.argv[2]))
# The parent measures from here how long the process takes to end.
print(
    json.dumps({"figures": figures, "backend": parts.jitctl._router.backend.chosen()["name"], "end": time.monotonic()}),
    flush=True,
)
