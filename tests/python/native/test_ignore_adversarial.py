"""An ignored function is never compiled and never part of a caller's trace, whatever leads into it.

Every scene runs three times over, each time with code objects of its own: as a control without the
hint, which has to become active so that the test can fail; with the hint from the start; and with
the hint applied after the function was compiled.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))
try:
    from scenes import SCENES
finally:
    del sys.path[0]

pytestmark = pytest.mark.usefixtures("native")

#: scenes in which CPython itself never runs the target as machine code, in one mode at least, so that the
#: control shows nothing: 3.14 enters no generator's frame and no frame that an operator or C code makes
NEVER = {
    (3, 14): {
        "C call in an attribute after a return",
        "__add__",
        "__call__",
        "__eq__ and __bool__",
        "__getattr__",
        "__getattribute__",
        "__getitem__",
        "__init__",
        "__next__",
        "async",
        "async for",
        "async with",
        "asyncio",
        "called by C",
        "contextlib",
        "dataclass method",
        "decorated by a wrapper",
        "descriptor",
        "double star arguments",
        "generator",
        "generator expression",
        "generator without a loop",
        "hot callee returns",
        "hot generator yields into the target",
        "long-lived generator",
        "mutual recursion",
        "property",
        "recursion",
        "send and throw",
        "star arguments",
        "through lru_cache",
        "yield from",
    },
    (3, 15): {
        "contextlib",
        "asyncio",
    },
}
#: scenes of returns into the target, which no trace of 3.14 goes through
if sys.version_info < (3, 15):
    NEVER[3, 14] |= {name for name in SCENES if name.startswith("returns from ")}


@pytest.mark.parametrize("name", SCENES)
def test_never_active_inside(scene, name, mode):
    never = name in NEVER[sys.version_info[:2]]
    told = scene("a_scene", given={"name": name, "never": never}, **mode)
    assert told["early"] is False, "active inside, with the hint from the start"
    assert told["late"] is False, "active inside, with the hint after it was compiled"
    assert told["early_traced"] == told["late_traced"] == [], "a trace runs instructions of it"
    assert set(told["verdicts"]) == {"applied"}
    if not never:
        assert told["control"] is True, "without the hint it never became active either: the test shows nothing"
        assert told["before"] is True
