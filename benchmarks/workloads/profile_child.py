"""Run in a fresh interpreter: profile one program. Arguments: name, folder. Prints its functions as JSON, hot first."""

import cProfile
import dis
import json
import sys

from workload import load

SKIP = ("<module>",)


def main(name, data):
    loop = load(name, data)
    loop()
    profile = cProfile.Profile()
    profile.enable()
    loop()
    profile.disable()
    found = []
    entries = [one for one in profile.getstats() if not isinstance(one.code, str)]
    total = sum(one.inlinetime for one in profile.getstats()) or 1.0
    for one in entries:
        code = one.code
        if code.co_name in SKIP or code.co_filename.startswith("<") or __file__ == code.co_filename:
            continue
        found.append(
            {
                "file": code.co_filename.replace("\\", "/").rpartition("/")[2],
                "line": code.co_firstlineno,
                "name": code.co_qualname,
                "calls": one.callcount,
                "share": round(one.inlinetime / total, 5),
                "loops": sum(each.opname == "JUMP_BACKWARD" for each in dis.get_instructions(code)),
            }
        )
    found = [one for one in found if one["file"] != "workload.py"]
    print(json.dumps(sorted(found, key=lambda one: -one["share"])))


main(*sys.argv[1:])
