"""Ways into a function, each as source text, so that every use has code objects of its own.

`TARGETS` are the functions that the hint is about; `drive(n)` calls them. In the targets `note(A())`
records whether the JIT is active at that point. `DRIVERS`: what to focus where the process' JIT is off.
"""

import re
import sys

import scenes_returns_generators
from scenes_calls import CALLS
from scenes_classes import CLASSES
from scenes_flow import FLOW
from scenes_returns import RETURNS
from scenes_yield import YIELDS

SCENES = {**CALLS, **CLASSES, **FLOW, **YIELDS}
SCENES |= {f"returns from {name}": scene for name, scene in (RETURNS | scenes_returns_generators.RETURNS).items()}

#: makes a target large enough to be worth an entry of its own
PADDING = r"\1q = 3; q = q * q + q - (q ^ 5); q = q * q + q - (q ^ 5); note(A())\n"


class Scene:
    """One fresh copy of a scene."""

    def __init__(self, name):
        self.seen = set()
        self.space = {"__name__": name, "A": sys._jit.is_active, "note": self.seen.add}
        source = re.sub(r"^( *)note\(A\(\)\)\n", PADDING, SCENES[name], flags=re.MULTILINE)
        exec(compile(source, f"<{name}>", "exec"), self.space)
        self.targets = self.space["TARGETS"]
        self.drivers = self.space.get("DRIVERS", [self.space["drive"]])

    def drive(self, rounds, times=1):
        """Run it, and say whether the JIT was ever active in a target."""
        self.seen.clear()
        for _ in range(times):
            self.space["drive"](rounds)
        assert self.seen, "the target never ran"
        return True in self.seen
