"""Machine code that comes and goes for long, and whether the memory of the process stays what it was.

    JITCTL_BACKEND=compiler python tests/evidence/load/soak.py --minutes 30
    JITCTL_BACKEND=compiler python tests/evidence/load/soak.py --functions 1000

The first is a server in small: four threads answer requests with hinted functions, compare each answer with that of a
twin without hints, and meanwhile functions are made, hinted, taken back and dropped. The second compiles so many
functions and drops them, three times over. Exit code 1: a wrong answer, or memory that grows.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import jitctl

#: the functions that answer requests, made anew from their source each time
SOURCE = (Path(__file__).resolve().parent / "served.py").read_text(encoding="utf-8")
NAMES = ("total", "norm", "words", "walk", "answer")
#: what a process may grow by after its first third: arenas of malloc that are only partly free
MOST_BYTES = 6 << 20
THREADS = 4


def resident() -> int:
    """Give the bytes of memory that the process has (Linux)."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * 4096


def program() -> dict[str, Any]:
    """Make the functions anew."""
    space: dict[str, Any] = {"__name__": "served"}
    exec(SOURCE, space)
    return space


def request(number: int) -> dict[str, Any]:
    """Make a request, with values of other types now and then."""
    values: list[Any] = [k * 0.5 + number % 3 for k in range(40)]
    if number % 50 == 0:
        values[7] = 3
    return {
        "number": number % 1000 if number % 97 else 2**70,
        "numbers": [k * number % 101 for k in range(60)],
        "values": values,
        "text": f"a b c {number % 9} d a {number % 4} b",
    }


def soak(minutes: float) -> int:
    """Serve for so long; give the exit code."""
    plain = program()["answer"]
    served = [0] * THREADS
    wrong: list[Any] = []
    current = [program()]
    end = time.monotonic() + 60 * minutes

    def work(me: int) -> None:
        number = me
        while time.monotonic() < end and not wrong:
            number += THREADS
            expected, got = plain(request(number)), current[0]["answer"](request(number))
            if expected != got:
                wrong.append((number, expected, got))
            served[me] += 1

    threads = [threading.Thread(target=work, args=(me,)) for me in range(THREADS)]
    for one in threads:
        one.start()
    kinds = (jitctl.jit_focus, jitctl.jit_once, jitctl.jit_focus, jitctl.jit_ignore)
    sizes: list[tuple[float, int]] = []
    began = told = time.monotonic()
    turn = hints = 0
    while time.monotonic() < end and not wrong:
        space = program() if turn % 3 == 0 else current[0]
        for name in NAMES:
            kinds[(turn + len(name)) % 4](space[name])
            hints += 1
        jitctl.jit_focus(space["Point"])
        current[0] = space
        time.sleep(0.2)
        if turn % 5 == 4:
            for name in NAMES:
                jitctl._router.backend.undo(space[name])
        turn += 1
        now = time.monotonic()
        if now - told > 20:
            gc.collect()
            told = now
            sizes.append((now - began, resident()))
            print(f"{now - began:6.0f} s, {sum(served)} answers, {resident() >> 10} KiB", flush=True)
    for one in threads:
        one.join()
    third = [size for at, size in sizes if at > 20 * minutes] or [resident()]
    first, last = third[0], third[-1]
    codes = sorted({str(one.verdict.code) for one in jitctl.stats()})
    report = {
        "minutes": minutes,
        "answers": sum(served),
        "hints": hints,
        "wrong": wrong[:1],
        "MiB after a third": round(first / 2**20, 1),
        "MiB at the end": round(last / 2**20, 1),
        "verdicts at the end": codes,
    }
    print(json.dumps(report))
    return int(bool(wrong) or last - first > MOST_BYTES or not sum(served))


def thousand(count: int) -> int:
    """Compile functions and drop them, three times; give the exit code."""
    sizes, compiled = [], 0
    for _ in range(4):
        made = []
        for number in range(count):
            space: dict[str, Any] = {}
            exec(
                f"def f(n):\n    t = {number}\n    for k in range(n):\n        t = t * 3 + k & 4095\n    return t",
                space,
            )
            jitctl.jit_focus(space["f"])
            made.append(space["f"])
            for _ in range(4):
                space["f"](20)
        compiled = sum(jitctl.stats(one).verdict.code == "compiled" for one in made)
        full = resident()
        del made
        gc.collect()
        sizes.append((full, resident()))
    report = {
        "functions": count,
        "compiled": compiled,
        "MiB with them, each round": [round(full / 2**20, 1) for full, _ in sizes],
        "MiB without, each round": [round(left / 2**20, 1) for _, left in sizes],
        "records left": len(jitctl._router.backend.records()),
    }
    print(json.dumps(report))
    return int(compiled < count or sizes[-1][1] - sizes[0][1] > 1 << 20 or sizes[-1][0] - sizes[1][0] > 1 << 20)


def main() -> int:
    """Read the command line, and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.5, help="how long to serve (default 0.5)")
    parser.add_argument("--functions", type=int, help="compile and drop so many functions instead")
    given = parser.parse_args()
    return thousand(given.functions) if given.functions else soak(given.minutes)


if __name__ == "__main__":
    sys.exit(main())
