"""All benchmarks of the Python side, one after the other: ``python benchmarks/python``."""

import runpy
from pathlib import Path

HERE = Path(__file__).resolve().parent

for name in ("import_time", "decorate", "call_cost", "profile_cost", "warmup"):
    runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")
    print()
