"""Looks at code objects from outside, through CPython's own introspection. Imported by scenarios.

`_opcode.get_executor` raises ValueError where there is no executor, and on 3.15 an exception raised
and caught while a trace is recorded aborts the trace. So nothing here asks before the work is done,
and only at bytes that read ENTER_EXECUTOR.
"""

import _opcode
import gc
import json
import sys
import time
import types

from _opcode_metadata import _specialized_opmap, opmap

ENTER = {**opmap, **_specialized_opmap}["ENTER_EXECUTOR"]
NAMES = {number: name for name, number in {**opmap, **_specialized_opmap}.items()}
VERSION = sys.version_info[:2]
DEBUG = hasattr(sys, "gettotalrefcount")
is_active = sys._jit.is_active if hasattr(sys, "_jit") else lambda: False


def tell(**values):
    """Hand values to the test."""
    print("told:" + json.dumps(values), flush=True)


def until(done, work=lambda: None, seconds=120):
    """Do the work until it is done, and say whether it is; the limit is for what would never be."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        work()
    return bool(done())


def steps():
    """Count the steps of maintenance that native took so far."""
    from jitctl import _backend

    return int(dict(_backend.chosen()["notes"])["maintenance"].split()[0])


def code_of(thing):
    """Give the code object of a function, method, property or code object."""
    if isinstance(thing, types.CodeType):
        return thing
    if isinstance(thing, property):
        return thing.fget.__code__
    return getattr(thing, "__func__", thing).__code__


def nested(code):
    """Give the code object and all that are defined in it."""
    found = [code]
    for one in found:
        found += [const for const in one.co_consts if isinstance(const, types.CodeType)]
    return found


def executors(thing):
    """Give {offset: executor} of one code object, not of those nested in it."""
    code = code_of(thing)
    raw = code._co_code_adaptive
    found = {}
    for offset in range(0, len(raw), 2):
        if raw[offset] != ENTER:
            continue
        try:
            one = _opcode.get_executor(code, offset)
        except ValueError:  # a cache cell that happens to read so
            continue
        if one is not None:
            found[offset] = one
    return found


def valid(thing):
    """Count the executors of a code object that CPython has not thrown away."""
    return sum(one.is_valid() for one in executors(thing).values())


def all_code():
    """Give every code object that the garbage collector leads to."""
    seen = {}
    todo = [sys._getframe().f_code]
    frame = sys._getframe()
    while frame:
        todo.append(frame.f_code)
        frame = frame.f_back
    for one in gc.get_objects():
        if one is not todo:
            todo += [other for other in gc.get_referents(one) if isinstance(other, types.CodeType)]
    while todo:
        code = todo.pop()
        if id(code) not in seen:
            seen[id(code)] = code
            todo += [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return list(seen.values())


def owners(but=()):
    """Name the code objects of the process that own an executor, except some."""
    left_out = {id(code) for thing in but for code in nested(code_of(thing))}
    found = [code for code in all_code() if id(code) not in left_out and executors(code)]
    return sorted(f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}" for code in found)


def graph(thing):
    """Give the identities of all executors that a code object leads to, side traces included."""
    return sorted(_graph(thing))


def traced(things):
    """Name the instructions of these functions that a valid trace runs, whoever owns it.

    What stands before RESUME cannot be instrumented, and runs no code of the user.
    """
    size = types.CodeType.__basicsize__
    inside = {}
    for code in (code for thing in things for code in nested(code_of(thing))):
        base = code.co_code
        entry = next(offset for offset in range(0, len(base), 2) if base[offset] == opmap["RESUME"])
        for offset in range(entry, len(base), 2):
            inside[id(code) + size + offset] = f"{code.co_qualname}:{offset}:{NAMES.get(base[offset])}"
    found = set()
    for code in all_code():
        for one in _graph(code).values():
            found |= {inside[uop[3]] for uop in one if uop[0] != "_START_EXECUTOR" and uop[3] in inside}
    return sorted(found)


def _graph(thing):
    todo = list(executors(thing).values())
    kind = type(todo[0]) if todo else None
    seen = {}
    while todo:
        one = todo.pop()
        if id(one) not in seen and one.is_valid():
            seen[id(one)] = one
            todo += [other for other in gc.get_referents(one) if type(other) is kind]
    return seen


def opcodes(thing):
    """Give the opcodes in memory, in order, without their caches and arguments.

    LOAD_CONST is rewritten when it first runs, has no counter and never changes again: it is given as it was.
    """
    import dis

    code = code_of(thing)
    raw = code._co_code_adaptive
    names = [NAMES.get(raw[one.offset], str(raw[one.offset])) for one in dis.get_instructions(code)]
    return ["LOAD_CONST" if name.startswith("LOAD_CONST_") else name for name in names]


def fresh(source, name="target", **names):
    """Compile source anew and give one function of it: code objects of its own."""
    space = {"__name__": "fresh", **names}
    exec(compile(source, f"<{name}>", "exec"), space)
    return space[name]
