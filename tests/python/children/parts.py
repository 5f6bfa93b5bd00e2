"""What a test asks of a file of programs: one of its parts, and values for it. ``FILE.py PART '{"name": value}'``."""

import json
import sys
from types import SimpleNamespace

_, ASKED, *_values = sys.argv

#: the values that the test hands over, each as an attribute
given = SimpleNamespace(**json.loads(*_values or ["{}"]))


def part(*names):
    """Say whether the test asks for this part, or for one of these."""
    return ASKED in names
