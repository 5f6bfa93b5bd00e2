"""Counts, in the interpreter that runs it, what specialisation and compilation need; prints JSON.

Every count is found by bisection, each try with fresh code, so that it does not depend on the machine or its load.
"""

import collections
import dis
import itertools
import json
import opcode
import sys

import cases

#: what is not there after so many is taken never to come
LIMIT = 1 << 16

FAMILIES = {
    base: {name for name in names if not name.endswith("_ADAPTIVE")}
    for base, names in getattr(opcode, "_specializations", {}).items()
    if base in getattr(opcode, "_inline_cache_entries", ()) or base in getattr(opcode, "_cache_format", ())
    if not base.startswith(("RESUME", "JUMP_"))
}


def has_caches(code):
    """Tell whether 3.10 gave the code its caches, which nothing but its size shows."""
    return code.__sizeof__() > code.replace(co_name=code.co_name).__sizeof__()


def spans(code):
    """List from where to where the loops of a code object go, in order of their ends: inner ones first."""
    jumps = [one for one in dis.get_instructions(code) if "JUMP_BACKWARD" in one.opname]
    return [(one.argval, one.offset) for one in jumps if "NO_INTERRUPT" not in one.opname]


def is_specialised(code, case):
    """Tell whether each instruction that has specialised forms is one: in the loops of the case, or everywhere."""
    if not hasattr(code, "_co_code_adaptive"):
        return has_caches(code)
    first, last = spans(code)[case.loops - 1] if case.loops else (0, len(code.co_code))
    both = zip(dis.get_instructions(code), dis.get_instructions(code, adaptive=True), strict=False)
    families = [(now, FAMILIES[base.opname]) for base, now in both if base.opname in FAMILIES]
    states = [now.opname in forms for now, forms in families if first <= now.offset <= last]
    assert states, f"{case.name}: nothing to specialise, expected at least one instruction"
    return all(states)


def executors(code):
    """List the base instructions at which valid executors are entered, in order."""
    import _opcode

    found = []
    for instruction in dis.get_instructions(code):
        try:
            executor = _opcode.get_executor(code, instruction.offset)
        except (ValueError, AttributeError):  # none is entered here
            continue
        if executor is not None and executor.is_valid():
            found.append(instruction.opname)
    return found


def is_compiled(code, case):
    """Tell whether all loops of the case are compiled or, where it has none, its entry is."""
    found = executors(code)
    jumps = [name for name in found if name.startswith("JUMP_BACKWARD")]
    return len(jumps) >= case.loops if case.loops else any(name.startswith("RESUME") for name in found)


def tried(case, amount):
    """Do so much of the case with fresh code; answer the code."""
    space = {}
    exec(compile(case.source, "<case>", "exec"), space)
    function = space["f"]
    arguments = space.get("arguments", ())
    if case.unit == "calls":  # from C, so that no loop of this file is compiled together with the function
        collections.deque(map(function, *(itertools.repeat(one, amount) for one in arguments)), maxlen=0)
    elif case.unit == "items":
        collections.deque(function(amount), maxlen=0)
    else:
        function(amount)
    return function.__code__


def least(case, holds):
    """Find the least amount after which this holds, None if there is none."""
    high = 1
    while not holds(tried(case, high), case):
        high *= 2
        if high > LIMIT:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(tried(case, middle), case) else (middle, high)
    return high


def main():
    """Measure all cases."""
    jit = getattr(sys, "_jit", None)
    enabled = jit is not None and jit.is_enabled()
    found = {}
    for case in cases.CASES:
        found[case.name] = {"unit": case.unit, "specialised": least(case, is_specialised)}
        if enabled:
            found[case.name]["compiled"] = least(case, is_compiled)
    print(json.dumps({"version": ".".join(map(str, sys.version_info[:3])), "jit": enabled, "found": found}))


main()
