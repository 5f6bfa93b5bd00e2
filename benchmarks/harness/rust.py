"""The Rust side: criterion measures, and its estimates are kept."""

import json
import subprocess
from typing import Any

from harness import ROOT


def measure() -> dict[str, Any]:
    """Run criterion's benchmarks of core; return {name: {"median", "low", "high"}}, its estimates in seconds."""
    subprocess.run(["cargo", "bench", "--quiet", "-p", "jitctl-core", "--bench", "boundary"], cwd=ROOT, check=True)
    found = {}
    for path in sorted((ROOT / "target" / "criterion").glob("*/*/new/estimates.json")):
        median = json.loads(path.read_text("utf-8"))["median"]
        interval = median["confidence_interval"]
        found[f"{path.parts[-4]} {path.parts[-3]}"] = {
            "median": median["point_estimate"] * 1e-9,
            "low": interval["lower_bound"] * 1e-9,
            "high": interval["upper_bound"] * 1e-9,
        }
    return found
