"""What an import costs: whole processes, those that import and those that do not, in turn.

``process.py --statements '{"bare": "pass", "import jitctl": "import jitctl"}'``
"""

import json
import subprocess
import sys

from _worker import Worker, wall_clock

PER_VALUE = 4


def main():
    worker = Worker(values=2, warmups=1, min_time=0.01)
    worker.option("--statements", required=True, help="name -> code to run, as JSON")
    for name, code in json.loads(worker.parse().statements).items():
        command = [sys.executable, "-c", code]

        def timed(loops, command=command):
            start = wall_clock()
            for _ in range(loops):
                subprocess.run(command, check=True)
            return wall_clock() - start

        worker.measure(f"process, {name}", timed, loops=PER_VALUE)
    worker.finish()


if __name__ == "__main__":
    main()
