"""Runs in the interpreter that is measured: one program, its functions hinted in one copy and not in the other.

Takes one JSON line (source, hint, calls: function -> list of [arguments, keywords], seconds) and answers with one per
function: speed to the copy without a hint, verdict. CPU time of this thread; the copies take turns.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import io
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fuzz"))
sys.dont_write_bytecode = True

from world import consumed, drive, where  # noqa: E402

import jitctl  # noqa: E402

#: verdicts that may still change soon
UNSETTLED = ("armed", "training", "tracing-active")
#: seconds of work between two looks at the verdict
STEP = 0.2
#: a verdict that stayed the same for so many seconds has settled
STAYS = 2.0
#: seconds after which a verdict that keeps changing is taken as it is
LONGEST = 15.0
#: the shortest time that is measured in one piece
PIECE = 2_000_000


class Copy:
    """A namespace of the program's own."""

    def __init__(self, source: str) -> None:
        self.names: dict[str, Any] = {
            "__name__": "measured",
            "hook": lambda *_: None,
            "where": where,
            "drive": drive,
        }
        exec(compile(source, "<measured>", "exec"), self.names)

    def runner(self, name: str, calls: list[list[str]]) -> Callable[[int], int]:
        """Give what times so many rounds of the function's calls."""
        function = self.names[name]
        makers = [eval(f"lambda: ({arguments}, {keywords})", self.names) for arguments, keywords in calls]

        def run(rounds: int) -> int:
            self.names.get("LOG", []).clear()
            spent = 0
            for _ in range(rounds):
                for make in makers:
                    arguments, keywords = make()
                    begun = time.thread_time_ns()
                    with contextlib.suppress(Exception):
                        consumed(function(*arguments, **keywords))
                    spent += time.thread_time_ns() - begun
            return spent

        return run


def rounds_for(run: Callable[[int], int]) -> int:
    """Find how many rounds take long enough to be measured."""
    rounds = 1
    while run(rounds) < PIECE and rounds < 4_096:
        rounds *= 2
    return rounds


def alternate(a: Callable[[int], int], b: Callable[[int], int], rounds: int, seconds: float) -> list[tuple[int, int]]:
    """Let the copies take turns for a while."""
    pairs = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(pairs) < 3:
        pairs.append((a(rounds), b(rounds)))
    return pairs


def settle(function: Any, work: Callable[[], Any]) -> None:
    """Work until the verdict has stayed the same for some steps of maintenance, which come at least once a second."""
    begun = changed = time.monotonic()
    last: Any = None
    while (now := time.monotonic()) - begun < LONGEST:
        work()
        gc.collect()
        verdict = jitctl.stats(function).verdict
        if (verdict.code, verdict.message) != last:
            last, changed = (verdict.code, verdict.message), now
        elif verdict.code not in UNSETTLED and now - changed > STAYS:
            return


def measure(told: dict[str, Any]) -> None:
    """Hint, wait until the verdicts have settled, and measure."""
    hinted, twin = Copy(told["source"]), Copy(told["source"])
    give = {"focus": jitctl.jit_focus, "once": jitctl.jit_once}[told["hint"]]
    for name in told["calls"]:
        give(hinted.names[name])
    for name, calls in told["calls"].items():
        function = hinted.names[name]
        if not inspect.isfunction(function):
            continue
        a, b = hinted.runner(name, calls), twin.runner(name, calls)
        rounds = rounds_for(b)
        settle(function, lambda a=a, b=b, rounds=rounds: alternate(a, b, rounds, STEP))
        pairs = alternate(a, b, rounds, told["seconds"])
        verdict = jitctl.stats(function).verdict
        speed = sum(pair[1] for pair in pairs) / max(1, sum(pair[0] for pair in pairs))
        answer = {"function": name, "speed": speed, "code": verdict.code, "message": verdict.message}
        sys.__stdout__.write(json.dumps({**answer, "pairs": len(pairs), "rounds": rounds}) + "\n")
        sys.__stdout__.flush()


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        measure(json.loads(sys.stdin.readline()))
