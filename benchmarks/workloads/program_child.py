"""Time one program in a fresh interpreter. Arguments: name, folder, hints as JSON, threshold, seconds. Prints JSON.

Hints are a list of [file, line, name], as the profile gives them; they are applied from outside,
to whatever functions have that code. The threshold is that of jit_focus; 0 stands for its own.
"""

import json
import sys

from outside import functions_of
from workload import load


def main(name, data, hints, threshold, seconds):
    loop = load(name, data)
    wanted = json.loads(hints)
    verdicts = {}
    if wanted:
        import jitctl

        found = functions_of(wanted)
        options = {"threshold": int(threshold)} if int(threshold) else {}
        for one in found.values():
            jitctl.jit_focus(one, **options)
        verdicts = {key[2]: jitctl.stats(one).verdict.status for key, one in found.items()}
    first = loop()
    spent, times = first, []
    while spent < float(seconds):
        spent += loop()
    spent = 0.0
    while spent < float(seconds) or len(times) < 3:
        times.append(loop())
        spent += times[-1]
    print(json.dumps({"seconds": min(times), "first": first, "verdicts": verdicts}))


main(*sys.argv[1:])
