"""Looks for errors that compiled code reports in another way than the interpreter: text, notes, columns, causes.

    python tests/error_messages                  this interpreter
    python tests/error_messages --python PYTHON

Thousands of combinations of operations and operands: each runs until it is compiled, then with an operand that fails.
What is compared: the interpreter alone, CPython's JIT without jitctl, and functions hinted with focus and once. What
differs with CPython's JIT alone is CPython's own, and belongs to the known faults in `cpython/src`. Exit code 1 where
a hinted function differs and CPython's JIT alone does not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fuzz"))

import modes  # noqa: E402

#: CPython's JIT that compiles soon (3.15; 3.14 knows no such variables and gets more rounds)
EARLY = {
    "PYTHON_JIT_JUMP_BACKWARD_INITIAL_VALUE": "15",
    "PYTHON_JIT_JUMP_BACKWARD_INITIAL_BACKOFF": "4",
    "PYTHON_JIT_SIDE_EXIT_INITIAL_VALUE": "15",
    "PYTHON_JIT_SIDE_EXIT_INITIAL_BACKOFF": "3",
}
MODES = {
    "interpreter": ("none", {"PYTHON_JIT": "0"}),
    "CPython's JIT": ("none", {"PYTHON_JIT": "1", **EARLY}),
    "focus": ("focus", {"JITCTL_OPT_IN": "1"}),
    "once": ("once", {"JITCTL_OPT_IN": "1"}),
}


def run(python: str, mode: str, rounds: int) -> dict[str, list[str]]:
    """Run all cases in one mode."""
    hint, environment = MODES[mode]
    command = [python, "-W", "ignore", str(HERE / "worker.py"), hint, str(rounds)]
    done = subprocess.run(
        command, env=modes.environment(**environment), stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def main() -> int:
    """Run, compare, and say what differs."""
    parser = argparse.ArgumentParser(
        prog="python tests/error_messages", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="interpreter (default: this one)")
    parser.add_argument("--rounds", type=int, default=32, help="calls of each function (default 32)")
    given = parser.parse_args()
    with ThreadPoolExecutor(2) as pool:
        running = {mode: pool.submit(run, given.python, mode, given.rounds) for mode in MODES}
        found = {mode: one.result() for mode, one in running.items()}
    right = found.pop("interpreter")
    bad = 0
    for mode, cases in found.items():
        differ = [name for name, lines in cases.items() if lines != right[name]]
        own = [name for name in differ if mode != "CPython's JIT" and cases[name] != found["CPython's JIT"][name]]
        bad += len(own)
        print(f"{mode}: {len(differ)} of {len(cases)} differ from the interpreter, {len(own)} not in CPython's JIT")
        for name in differ:
            more = sorted(set(cases[name]) - set(right[name]))
            print(f"    {name}: {' | '.join(more)[:300]}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
