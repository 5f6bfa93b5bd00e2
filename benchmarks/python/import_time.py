"""How much does ``import jitctl`` add to starting a bare interpreter?

Whole processes are timed, in pairs one after the other, so that whatever slows the machine for a
while slows both. The median of the differences counts. ``python benchmarks/python/import_time.py``
"""

import statistics
import tempfile
import time

from _common import arguments, child, environment, report

VARIANTS = {
    "import jitctl": ("import jitctl", {}),
    "pure Python": ("import jitctl", {"JITCTL_PURE_PYTHON": "1"}),
    "import dataclasses": ("import dataclasses", {}),
}


def timed(code, env):
    start = time.perf_counter()
    child(code, env)
    return 1000 * (time.perf_counter() - start)


def main():
    options = arguments(__doc__, pairs=(60, "pairs of processes"))
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for name, (code, variables) in VARIANTS.items():
            env = environment(cache, **variables)
            for _ in range(3):
                timed("pass", env), timed(code, env)
            pairs = [(timed("pass", env), timed(code, env)) for _ in range(options.pairs)]
            bare, full = zip(*pairs)
            added = [after - before for before, after in pairs]
            spread = statistics.quantiles(added, n=4)
            rows.append(
                [name, statistics.median(bare), statistics.median(full), statistics.median(added), spread[0], spread[2]]
            )
    heads = ["what", "bare ms", "with ms", "added ms (median)", "quarter", "three quarters"]
    report(options, "import_time", heads, rows, ["target: import jitctl adds at most 3 ms, with a release build"])


if __name__ == "__main__":
    main()
