"""The child processes of the conformance check: one check each, with the backend under test chosen."""

import json
import sys

from . import checks, stress
from .cases import BrokenError


def main(name: str, answer: str) -> None:
    """Run one check, and write what came of it as JSON to the file `answer`."""
    check = {**checks.CHECKS, **stress.CHECKS}[name]
    try:
        found = {"passed": True, "reason": check()}
    except BrokenError as error:
        found = {"passed": False, "reason": str(error)}
    except Exception as error:
        found = {"passed": False, "reason": f"{type(error).__name__}: {error}"}
    sys.stdout.flush()
    with open(answer, "w", encoding="utf-8") as file:
        json.dump(found, file)
