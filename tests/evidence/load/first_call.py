"""The first and only call of a function with a long numeric loop: with a hint, compilation included, and without.

    python tests/evidence/load/first_call.py [--pairs 5] [--python PATH]

Pairs of processes in turn; the ratio is the median of the pairs'. Exit code 1: the answers differ, or it is below 5.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "tools"))

from clean_environment import clean_environment

LEAST = 5.0
CHILD = Path(__file__).resolve().parent / "first_call_child.py"


def main() -> int:
    """Measure; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    given = parser.parse_args()
    import jitctl

    home = str(Path(jitctl.__file__).resolve().parents[1])
    ratios, plain, answers = [], [], set()
    for _ in range(given.pairs):
        seconds = {}
        for way in ("plain", "hinted"):
            environment = clean_environment(PYTHONPATH=home, JITCTL_BACKEND="compiler")
            done = subprocess.run(
                [given.python, str(CHILD), way], env=environment, capture_output=True, encoding="utf-8", check=True
            )
            seconds[way], answer, said = json.loads(done.stdout)
            answers.add(json.dumps(answer))
        ratios.append(seconds["plain"] / seconds["hinted"])
        plain.append(seconds["plain"])
    ratio = statistics.median(ratios)
    print(
        f"{ratio:.1f} times as fast ({min(ratios):.1f} to {max(ratios):.1f}); {statistics.median(plain):.2f} s without"
    )
    print(said)
    return int(len(answers) != 1 or ratio < LEAST)


if __name__ == "__main__":
    sys.exit(main())
