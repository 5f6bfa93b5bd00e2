"""The benchmarks' program: what is measured (parts), where (configurations), how (driver), what comes of it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"
RESULTS = BENCHMARKS / "results"
TIMINGS = RESULTS / "timings.json"
CHOSEN_TIMINGS = RESULTS / "chosen.json"
#: what is built or fetched for measuring; never part of the repository
WORK = ROOT / "target" / "benchmarks"

sys.path.append(str(ROOT / "tools"))
