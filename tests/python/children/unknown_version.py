"""Runs jitctl on a CPython that says it is 3.99: prints what doctor and stats tell, as JSON."""

import collections
import json
import sys

Version = collections.namedtuple("Version", "major minor micro releaselevel serial")
sys.version_info = Version(3, 99, 0, "final", 0)

import jitctl  # noqa: E402
from jitctl import _backend  # noqa: E402
from jitctl._cli.doctor import diagnosis  # noqa: E402


@jitctl.jit_focus
def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


before = loop(10)
for _ in range(20):
    loop(100)
record = jitctl.stats(loop)
print(
    json.dumps(
        {
            "notes": [text for _, text in _backend.chosen()["notes"]],
            "warnings": diagnosis().warnings,
            "reasons": {one["name"]: one["reason"] for one in _backend.candidates()},
            "failed": _backend.observe(loop)["failed"],
            "unfriendly": _backend.unfriendly(loop),
            "status": record.verdict.status.value if hasattr(record.verdict.status, "value") else record.verdict.status,
            "result": before,
        }
    )
)
