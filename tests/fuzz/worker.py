"""Runs in the interpreter that is tested: takes cases from standard input, one JSON line each, and answers likewise.

    python worker.py HINTS SECONDS [REPEAT]

HINTS is one of none, jitctl, events, plain<number>, room<number>, wrong-<fault>; a case that takes longer than SECONDS
ends the process with all stacks on standard error; REPEAT multiplies how often functions are called.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import hinting  # noqa: E402
from world import World  # noqa: E402


def settle() -> None:
    """Collect all garbage, and keep what is left out of later collections: it is not the programs' own.

    Each program has its garbage collected at least twice, which took a third of its time.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def main() -> None:
    """Answer every case with its lines."""
    hints = hinting.choose(sys.argv[1])
    seconds = float(sys.argv[2])
    repeat = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    # Programs that were not closed properly complain at the end; that is no result.
    sys.stderr.flush()
    settle()
    for line in sys.stdin:
        case = json.loads(line)
        for step in case["script"]:
            if "times" in step:
                step["times"] *= repeat
        print(json.dumps({"began": case["seed"]}), flush=True)
        faulthandler.dump_traceback_later(seconds, exit=True)
        before = dict(hints.seen)
        world = World(case, hints)
        try:
            lines = world.run()
            hints.look()
        finally:
            faulthandler.cancel_dump_traceback_later()
            world.end()
        frozen = world.frozen
        del world
        hints.forget()
        settle() if frozen else gc.collect()
        seen = {name: count - before.get(name, 0) for name, count in hints.seen.items() if count != before.get(name, 0)}
        print(json.dumps({"seed": case["seed"], "lines": lines, "seen": seen}), flush=True)


if __name__ == "__main__":
    main()
