"""What a process can say about its own memory, references and pauses."""

from __future__ import annotations

import gc
import os
import sys
import time
from typing import Any

PAGE = os.sysconf("SC_PAGE_SIZE")
#: a body with a loop, and one without
SOURCES = (
    "def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n",
    "def target(a):\n    x = a + 2\n    y = x * 3\n    if y > 10:\n        return x - y\n    return [x, y]\n",
)


def codes() -> list[Any]:
    """Give the code objects of the sources."""
    made: list[Any] = []
    for source in SOURCES:
        space: dict[str, Any] = {}
        exec(source, space)
        made.append(space["target"].__code__)
    return made


def functions(count: int) -> list[Any]:
    """Make functions, each with a code object of its own."""
    kind, given = type(codes), codes()
    space: dict[str, Any] = {"__name__": "loaded"}
    return [kind(given[k % len(given)].replace(), space) for k in range(count)]


def memory() -> int:
    """Give the resident bytes of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE


class Count:
    """References, blocks and memory now; `since` gives what was added."""

    def __init__(self) -> None:
        for _ in range(3):
            gc.collect()
        self.memory = memory()
        self.blocks = sys.getallocatedblocks()
        self.references = sys.gettotalrefcount() if hasattr(sys, "gettotalrefcount") else 0

    def since(self, before: Count, rounds: int) -> dict[str, float]:
        """Give what was added per round."""
        found = {
            "bytes": (self.memory - before.memory) / rounds,
            "blocks": (self.blocks - before.blocks) / rounds,
        }
        if hasattr(sys, "gettotalrefcount"):
            found["references"] = (self.references - before.references) / rounds
        return found


def settle() -> None:
    """Let maintenance finish what it has begun: its steps are 50 ms apart."""
    for _ in range(6):
        time.sleep(0.06)
        gc.collect()


def timed(work: Any) -> float:
    """Give the seconds of processor time that a call takes: what else the machine does is no matter."""
    began = time.process_time()
    work()
    return time.process_time() - began
