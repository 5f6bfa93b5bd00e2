"""What the benchmarks share: finding jitctl, naming the run, printing tables or JSON."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "python"


def home():
    """Return the folder that jitctl is imported from: installed, or else the one of this tree."""
    try:
        import jitctl
    except ModuleNotFoundError:
        sys.path.insert(0, str(SOURCE))
        import jitctl
    return str(Path(jitctl.__file__).resolve().parents[1])


def environment(cache, **variables):
    """Return an environment for a child: same jitctl, byte code cached in `cache`, our variables off."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTHON"))}
    return {**kept, "PYTHONPATH": home(), "PYTHONPYCACHEPREFIX": str(cache), **variables}


def child(code, env):
    """Run code in a fresh interpreter of the same kind, and return what it printed."""
    found = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, encoding="utf-8")
    if found.returncode:
        sys.exit(f"the benchmark's child process failed:\n{found.stderr}")
    return found.stdout


def arguments(description, **counts):
    """Parse the command line: --json, and one option per count with its default."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    for name, (default, text) in counts.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{text} (default {default})")
    return parser.parse_args()


def about():
    """Say what ran: interpreter, JIT, backend."""
    home()
    import jitctl

    stats = jitctl.stats(name="no function")
    return stats.headline.partition("backend ")[2]


def report(options, name, heads, rows, targets=()):
    """Print rows (lists of cells) under heads; `targets` are lines about what was wanted."""
    if options.json:
        print(
            json.dumps({"benchmark": name, "ran": about(), "rows": [dict(zip(heads, row)) for row in rows]}, indent=2)
        )
        return
    print(f"{name}: {about()}")
    cells = [heads, *[[cell if isinstance(cell, str) else f"{cell:.3f}" for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    for row in cells:
        print(
            "  "
            + "  ".join(
                cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))
            )
        )
    for line in targets:
        print(f"  {line}")
