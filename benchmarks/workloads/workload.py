"""Takes a benchmark's workload without running pyperf: a stand-in for it keeps what would be measured."""

import importlib.util
import runpy
import sys
from pathlib import Path

from programs import PROGRAMS

#: the folder to put before others in a process that is to import the stand-in
STAND_IN = Path(__file__).resolve().parent / "stand_in"


def stand_in():
    """Make the module that the script gets where it imports pyperf."""
    spec = importlib.util.spec_from_file_location("pyperf", STAND_IN / "pyperf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(name, data):
    """Run the benchmark's script up to what it would measure; return a callable that gives the seconds of one loop."""
    place, arguments = PROGRAMS[name]
    script = Path(data) / place / "run_benchmark.py"
    sys.modules["pyperf"] = module = stand_in()
    sys.path.insert(0, str(script.parent))
    sys.argv = [str(script), *arguments]
    space = runpy.run_path(str(script), run_name="__main__")
    loop = module.KEPT.get(name) or next(iter(module.KEPT.values()))
    loop.__dict__["space"] = space  # or the functions would lose their globals
    return loop
