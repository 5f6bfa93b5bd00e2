"""Looks for hints that make a function slower without saying so: random programs and hard shapes, timed against twins.

    python tests/slow_hints                          ten minutes of the fuzzer's programs on this interpreter
    python tests/slow_hints --minutes 60 --python PYTHON --python OTHER
    python tests/slow_hints --shapes                 the shapes in hard/,    each with focus and with once
    python tests/slow_hints --seed 123 --hint once   one program again

A function is *slow* where, after its verdict has settled, it runs at less than 0.8 of its twin's speed in each of
three processes, and its verdict does not say that the hint costs or was given up. Exit code 1 where there is one. The
JIT is off in the twin's process but for hinted functions; `--jit-on` measures with PYTHON_JIT=1.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fuzz"))
sys.path.insert(0, str(HERE))

import generate  # noqa: E402
import modes  # noqa: E402
from shapes import SHAPES  # noqa: E402

#: below this a function is slow
LEAST = 0.8
#: verdicts that say that the hint does not pay, or is not in force
SAYS_SO = ("gave-up", "not-compiled", "jit-off", "no-jit", "no-loops", "too-small", "self-test", "shared-code")
#: what the message of a hint in force says where it costs
COSTS = "costs"


@dataclass(frozen=True)
class Task:
    """One program, its hint, and the calls of its functions."""

    name: str
    hint: str
    source: str
    calls: dict[str, list[list[str]]]


def random_task(seed: int, hint: str | None = None) -> Task:
    """Make the task of a seed, from the fuzzer's program and the calls in its script."""
    case = generate.make(seed)
    calls: dict[str, list[list[str]]] = {}
    for step in case["script"]:
        if step.get("do") == "call" and step["f"].isidentifier():
            one = [step["args"], step["kw"]]
            if one not in calls.setdefault(step["f"], []):
                calls[step["f"]].append(one)
    return Task(str(seed), hint or random.Random(seed).choice(("focus", "once")), case["source"], calls)


def shape_tasks() -> list[Task]:
    """List the hard shapes under each hint."""
    return [
        Task(name, hint, source, {"f": [[arguments, "{}"]]})
        for name, (source, arguments) in SHAPES.items()
        for hint in ("focus", "once")
    ]


def run(python: str, task: Task, environment: dict[str, str], seconds: float) -> list[dict[str, Any]]:
    """Measure one task in a process of its own; what had no time to answer is left out."""
    told = {"source": task.source, "hint": task.hint, "calls": task.calls, "seconds": seconds}
    try:
        done = subprocess.run(
            [python, "-W", "ignore", str(HERE / "worker.py")],
            input=json.dumps(told) + "\n",
            env=modes.environment(**environment),
            capture_output=True,
            encoding="utf-8",
            timeout=60 + 30 * len(task.calls),
        )
    except subprocess.TimeoutExpired:
        return []
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def is_slow(answer: dict[str, Any]) -> bool:
    """Say whether a function is slow without a word."""
    said = answer["code"] in SAYS_SO or COSTS in answer["message"]
    return bool(answer["speed"] < LEAST and not said)


def confirmed(python: str, task: Task, name: str, environment: dict[str, str], seconds: float) -> list[dict[str, Any]]:
    """Measure a slow function twice more; give the answers where it was slow each time."""
    answers: list[dict[str, Any]] = []
    for _ in range(2):
        found = [one for one in run(python, task, environment, 2 * seconds) if one["function"] == name]
        if not found or not is_slow(found[0]):
            return []
        answers += found
    return answers


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python tests/slow_hints", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", action="append", help="interpreter to measure, may be repeated")
    parser.add_argument("--minutes", type=float, default=10, help="how long (default 10)")
    parser.add_argument("--first", type=int, help="first seed (default: from the clock, and printed)")
    parser.add_argument("--seed", type=int, help="only this program")
    parser.add_argument("--hint", choices=("focus", "once"), help="with --seed: this hint")
    parser.add_argument("--shapes", action="store_true", help="the hard shapes instead of random programs")
    parser.add_argument("--only", help="with --shapes: those whose name has this in it")
    parser.add_argument("--jit-on", action="store_true", help="with PYTHON_JIT=1")
    parser.add_argument("--seconds", type=float, default=0.6, help="for one function's measurement (default 0.6)")
    parser.add_argument("--verbose", action="store_true", help="print every function")
    return parser.parse_args()


def main() -> int:
    """Measure, and say what came of it."""
    given = arguments()
    pythons = given.python or [sys.executable]
    environment = {"PYTHON_JIT": "1"} if given.jit_on else {"JITCTL_OPT_IN": "1"}
    first = given.first if given.first is not None else int(time.time()) % 10**9 * 10
    if given.seed is not None:
        tasks = iter([random_task(given.seed, given.hint)])
    elif given.shapes:
        tasks = iter([task for task in shape_tasks() if not given.only or given.only in task.name])
    else:
        print(f"seeds from {first}", flush=True)
        tasks = (random_task(first + number) for number in range(10**9))
    end = time.monotonic() + 60 * given.minutes
    speeds: dict[str, list[float]] = {}
    codes: Counter[str] = Counter()
    bad = 0
    for number, task in enumerate(tasks):
        if time.monotonic() > end:
            break
        python = pythons[number % len(pythons)]
        for answer in run(python, task, environment, given.seconds):
            speeds.setdefault(task.hint, []).append(answer["speed"])
            codes[f"{task.hint} {answer['code']}"] += 1
            what = f"{Path(python).parent.parent.name} {task.name} {answer['function']} {task.hint}"
            told = f"{answer['speed']:.2f} {answer['code']} | {answer['message']}"
            if given.verbose:
                print(f"{what}: {told}", flush=True)
            if is_slow(answer) and (again := confirmed(python, task, answer["function"], environment, given.seconds)):
                bad += 1
                more = ", ".join(f"{one['speed']:.2f}" for one in again)
                print(f"SLOW {what}: {told}; again {more}", flush=True)
    for hint, all_ in speeds.items():
        ordered = sorted(all_)
        below = sum(speed < LEAST for speed in ordered)
        print(f"{hint}: {len(ordered)} functions, median {ordered[len(ordered) // 2]:.2f}, {below} below {LEAST}")
    print(", ".join(f"{code} {count}" for code, count in sorted(codes.items())))
    print(f"{bad} slow without a verdict that says so")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
