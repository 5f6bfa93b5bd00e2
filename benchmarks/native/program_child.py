"""Run in a fresh interpreter: time one program. Arguments: name, folder, hints as JSON, seconds. Prints JSON.

Hints are a list of [file, line, name], as the profile gives them; they are applied from outside,
to whatever functions have that code.
"""

import gc
import json
import sys
import types

from workload import load


def functions_of(wanted):
    """Give functions with the wanted code; for code that is still nested in another's constants, one made for it."""
    wanted = {tuple(one) for one in wanted}
    found, codes, seen = {}, [], set()

    def key(code):
        return (code.co_filename.replace("\\", "/").rpartition("/")[2], code.co_firstlineno, code.co_qualname)

    for one in gc.get_objects():
        if type(one) is types.FunctionType:
            codes.append(one.__code__)
            if key(one.__code__) in wanted:
                found.setdefault(key(one.__code__), one)
    for code in codes:
        if id(code) in seen:
            continue
        seen.add(id(code))
        inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
        codes += inner
        for one in inner:
            if key(one) in wanted and key(one) not in found:
                cells = tuple(types.CellType() for _ in one.co_freevars)
                found[key(one)] = types.FunctionType(one, {}, None, None, cells)
    return found


def main(name, data, hints, seconds):
    loop = load(name, data)
    wanted = json.loads(hints)
    verdicts = {}
    if wanted:
        import jitctl

        found = functions_of(wanted)
        for one in found.values():
            jitctl.jit_focus(one)
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
