"""Arrays in the place of lists: a program of another kind with `array.array` where it had displays of numbers."""

from __future__ import annotations

import random
import re
from typing import Any

#: a list display of numbers alone; brackets behind a name or another bracket are subscripts
DISPLAY = re.compile(r"(?<![\w\])'\"])\[([-+\d.,* ]*\d[-+\d.,* ]*)\]")
#: makes the array, or what the list was where a number does not fit
TEXT = """\
def arr(code, *items):
    from array import array
    try:
        return array(code, items)
    except (OverflowError, TypeError):
        return list(items)


"""
INTS, FLOATS = "qqqilbBhHIQ", "dddf"


def arrays(case: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Give the case with most of its displays as arrays."""

    def changed(text: str) -> str:
        def one(found: re.Match[str]) -> str:
            code = rng.choice(FLOATS if "." in found[1] or rng.random() < 0.15 else INTS)
            return f"arr({code!r}, {found[1]})" if rng.random() < 0.85 else found[0]

        return DISPLAY.sub(one, text)

    def inside(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: inside(one) for key, one in value.items()}
        if isinstance(value, list):
            return [inside(one) for one in value]
        return changed(value) if isinstance(value, str) else value

    # New source of a function comes in steps, too.
    return {**case, "source": TEXT + changed(case["source"]), "script": inside(case["script"])}
