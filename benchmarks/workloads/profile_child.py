"""Run in a fresh interpreter: profile one program. Arguments: name, folder.

Prints {function: its own share of the time} as JSON, the hottest first.
"""

import cProfile
import gc
import json
import sys
from types import FunctionType

from workload import load


def main(name, data):
    loop = load(name, data)
    loop()
    profile = cProfile.Profile()
    profile.enable()
    loop()
    profile.disable()
    ours = vars(sys.modules["__main__"])
    modules = {
        one.__code__: one.__module__
        for one in gc.get_objects()
        if type(one) is FunctionType and one.__globals__ is not ours and one.__module__ != "pyperf"
    }
    ran = sorted(profile.getstats(), key=lambda one: -one.inlinetime)
    whole = sum(one.inlinetime for one in ran) or 1.0
    names = {f"{modules[one.code]}:{one.code.co_qualname}": one.inlinetime for one in ran if one.code in modules}
    print(json.dumps({name: round(seconds / whole, 4) for name, seconds in names.items()}))


main(*sys.argv[1:])
