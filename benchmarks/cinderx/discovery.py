"""What finding backends costs, in fresh processes without JITCTL_BACKEND."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

IMPORT = "import time, os, sys; a = time.process_time(); import jitctl; print(time.process_time() - a)"
SCAN = (
    "import jitctl, time; from jitctl import _entry_points; a = time.process_time(); "
    "_entry_points.libraries(); print(time.process_time() - a)"
)


def measure(library: Path, environment: dict[str, str], rounds: int) -> dict[str, float]:
    """Return medians in milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for index in range(10):
            shutil.copy(library, folder / f"libjitctl_copy{index}.so")
        one = folder / "libjitctl_copy0.so"
        cases = {
            "import jitctl": (IMPORT, {}),
            "import jitctl, one library on the path": (IMPORT, {"JITCTL_BACKEND_PATH": str(one)}),
            "import jitctl, a folder of ten libraries on the path": (IMPORT, {"JITCTL_BACKEND_PATH": name}),
            "entry points scan (not part of import)": (SCAN, {}),
        }
        times: dict[str, list[float]] = {case: [] for case in cases}
        for _ in range(rounds):
            for case, (code, more) in cases.items():
                done = subprocess.run(
                    [sys.executable, "-c", code],
                    env={**environment, **more},
                    capture_output=True,
                    text=True,
                    check=True,
                )
                times[case].append(float(done.stdout))
    return {case: round(1e3 * statistics.median(values), 3) for case, values in times.items()}
