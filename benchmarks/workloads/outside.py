"""Finds functions that a program made, so that hints can be applied to them from outside."""

import gc
import sys
import types


def functions_of(names):
    """Return {name: function} for names as rules have them, ``module:qualified name``.

    For code that is still nested in another's constants, a function is made for it. The script that runs the program is
    no part of it, though both call themselves ``__main__``.
    """
    wanted = set(names)
    found, codes, seen = {}, [], set()
    ours = vars(sys.modules["__main__"])
    for one in gc.get_objects():
        if type(one) is types.FunctionType and one.__globals__ is not ours:
            codes.append((one.__module__, one.__code__))
            name = f"{one.__module__}:{one.__qualname__}"
            if name in wanted:
                found.setdefault(name, one)
    for module, code in codes:
        if id(code) in seen:
            continue
        seen.add(id(code))
        inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
        codes += [(module, one) for one in inner]
        for one in inner:
            name = f"{module}:{getattr(one, 'co_qualname', one.co_name)}"
            if name in wanted and name not in found:
                cells = tuple(types.CellType() for _ in one.co_freevars)
                found[name] = types.FunctionType(one, {}, None, None, cells)
    return found
