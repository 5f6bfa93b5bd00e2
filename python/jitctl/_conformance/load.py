"""The first child of the conformance check: is the file a backend that can be used here?"""

from __future__ import annotations

import json
import os

from .. import _router


def main(file: str, answer: str) -> None:
    """Look for the file among the candidates, and write what was found as JSON to `answer`."""
    with open(answer, "w", encoding="utf-8") as stream:
        json.dump(_find(file), stream)


def _find(file: str) -> dict[str, object]:
    interpreter = _router.backend.describe()
    if not interpreter["extension"]:
        return {"passed": False, "reason": f"jitctl's extension is needed: {interpreter['reason']}"}
    for one in _router.backend.candidates():
        if one["file"] and os.path.realpath(one["file"]) == file:
            what = f"{one['name']} {one['version']}, interface {one['interface']}, for {one['requires']}"
            found = {"backend": one["name"], "source": one["source"]}
            return {**found, "passed": one["usable"], "reason": what if one["usable"] else one["reason"]}
    return {"passed": False, "reason": f"{file}: no backend's library was found there"}
