"""One call of a function with a long numeric loop, `hinted` or not: its seconds, result and verdict, as JSON."""

import json
import sys
import time

import jitctl


def loop(n):
    t, x = 1, 0.0
    for k in range(n):
        t = (t * 69069 + k) & 0xFFFFFFFF
        x += (t & 7) * 0.5
        if t % 3 == 0:
            x -= 1.0
    return t, x


if sys.argv[1] == "hinted":
    jitctl.jit_focus(loop)
began = time.process_time()
found = loop(8_000_000)
seconds = time.process_time() - began
print(json.dumps([seconds, found, jitctl.stats(loop).verdict.message if sys.argv[1] == "hinted" else ""]))
