"""One of several processes that take turns at one of pyperformance's programs, hinted from outside.

``turns.py NAME DATA FUNCTIONS``, the functions as in program.py, with the keyword backend as fourth where it is given;
"[]" for none, and then jitctl is not imported. It says the seconds of one loop once it is warm, and answers each number
of loops on standard input with their seconds. All are of processor time.
"""

import json
import sys
from pathlib import Path
from time import process_time

WORKLOADS = Path(__file__).resolve().parents[1] / "workloads"
#: seconds that a program runs before it is timed: its functions are compiled up to four times, for what exits showed
WARM = 2.5


def main():
    name, data, functions = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    sys.path.insert(0, str(WORKLOADS))
    from outside import functions_of
    from workload import load

    loop = load(name, data)
    if functions:
        import jitctl

        found = functions_of(one for one, *_ in functions)
        for one, hint, *more in functions:
            keywords = {key: value for key, value in zip(("threshold", "backend"), more, strict=False) if value}
            if one in found:
                getattr(jitctl, f"jit_{hint}")(found[one], **keywords)
    end = process_time() + WARM
    last = loop()
    while process_time() < end:
        last = loop()
    print(last, file=sys.__stdout__, flush=True)
    for line in sys.stdin:
        start = process_time()
        for _ in range(int(line)):
            loop()
        print(process_time() - start, file=sys.__stdout__, flush=True)


main()
