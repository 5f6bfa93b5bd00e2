"""Times a program in several ways at once: a process for each, which take turns every few hundredths of a second.

On a machine that does other work, figures of processes that run one after the other differ by half: what slows them
comes and goes within seconds. Taking turns, all ways are slowed alike, and only the ratios within a round count.
"""

import json
import random
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from statistics import median
from typing import IO

from harness import BENCHMARKS
from harness.configurations import Place
from harness.peers import Peers
from harness.programs import Function, folder

#: seconds of one turn, turns of each way, and of one whose loop takes longer than LONG
TURN, ROUNDS, FEW, LONG = 0.06, 8, 4, 0.4
PLAIN = "plain"
#: environment, and what is hinted
Way = tuple[str, list[Function]]


class FailedError(Exception):
    """A process failed; its last words."""


def take_turns(place: Place, name: str, peers: Peers, ways: Mapping[str, Way]) -> dict[str, list[float]]:
    """Return the seconds of each turn of each way; turns at the same place of two lists were taken together.

    A way whose process fails is left out, but for PLAIN, which raises FailedError.
    """
    data = str(folder(peers))
    running: dict[str, tuple[subprocess.Popen[str], IO[str]]] = {}
    dice = random.Random(name)
    try:
        for title, (environment, functions) in ways.items():
            script = str(BENCHMARKS / "workers" / "turns.py")
            errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed with the processes
            process = subprocess.Popen(
                [place.path, script, name, data, json.dumps(functions)],
                env=peers.environment(environment, place),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
            running[title] = (process, errors)
        loops = {title: _answer(running, title) for title in running}
        left = [title for title, seconds in loops.items() if seconds is not None]
        slow = loops[PLAIN] or TURN
        count, rounds = max(1, round(TURN / slow)), FEW if slow > LONG else ROUNDS
        turns: dict[str, list[float]] = {title: [] for title in left}
        for _ in range(rounds):
            dice.shuffle(left)
            for title in list(left):
                seconds = _answer(running, title, count)
                if seconds is None:
                    left.remove(title)
                    del turns[title]
                else:
                    turns[title].append(seconds)
        return turns
    finally:
        for process, errors in running.values():
            process.kill()
            process.communicate()
            errors.close()


def ratio(turns: Mapping[str, Sequence[float]], title: str) -> float:
    """Return how many times as fast as PLAIN a way is; 0 where it failed."""
    if title not in turns:
        return 0.0
    return median(one / two for one, two in zip(turns[PLAIN], turns[title], strict=True))


def _answer(running: Mapping[str, tuple[subprocess.Popen[str], IO[str]]], title: str, loops: int = 0) -> float | None:
    """Return what a process says next, None where it failed."""
    process, errors = running[title]
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if loops:
            process.stdin.write(f"{loops}\n")
            process.stdin.flush()
        return float(process.stdout.readline())
    except (OSError, ValueError):
        if title != PLAIN:
            return None
        errors.seek(0)
        raise FailedError(errors.read()[-500:]) from None
