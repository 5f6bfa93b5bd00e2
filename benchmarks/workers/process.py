"""What an import costs: the processor time of whole processes, those that import and those that do not, in turn.

``process.py --statements '{"bare": "pass", "import jitctl": "import jitctl"}'``
"""

import json
import subprocess
import sys

from _worker import Worker, wall_clock

try:
    from resource import RUSAGE_CHILDREN, getrusage
except ImportError:  # Windows
    getrusage = None

PER_VALUE = 4


def clock():
    """Return the processor time of the children that have ended; the wall clock where the system does not tell."""
    if getrusage is None:
        return wall_clock()
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    worker = Worker(values=2, warmups=1, min_time=0.01)
    worker.option("--statements", required=True, help="name -> code to run, as JSON")
    for name, code in json.loads(worker.parse().statements).items():
        command = [sys.executable, "-c", code]

        def timed(loops, command=command):
            start = clock()
            for _ in range(loops):
                subprocess.run(command, check=True)
            return clock() - start

        worker.measure(f"process, {name}", timed, loops=PER_VALUE)
    worker.finish()


if __name__ == "__main__":
    main()
