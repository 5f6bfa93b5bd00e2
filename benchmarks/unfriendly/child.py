"""Runs pairs in a process with the JIT on, and prints JSON: ``child.py [key ...]``, all where none is named.

A key is the name of a pair; ``folklore/<name>`` one of those that are said to be unfriendly.
"""

import contextlib
import json
import sys
import types

import folklore
import pairs


def nested(code):
    """Give the code object and all that are defined in it."""
    found = [code]
    for one in found:
        found += [constant for constant in one.co_consts if isinstance(constant, types.CodeType)]
    return found


def executors(code):
    """Count the valid executors of a code object."""
    import _opcode

    from _opcode_metadata import _specialized_opmap, opmap

    enter = {**opmap, **_specialized_opmap}["ENTER_EXECUTOR"]
    raw = code._co_code_adaptive
    count = 0
    for offset in range(0, len(raw), 2):
        if raw[offset] == enter:
            with contextlib.suppress(ValueError):  # a cache cell that happens to read so
                count += _opcode.get_executor(code, offset).is_valid()
    return count


def share(function, wanted=1):
    """Answer how many of the places that should be compiled are."""
    return min(sum(map(executors, nested(function.__code__))), wanted), wanted


def load(source):
    """Compile a source anew."""
    space = {"__name__": "pair", "active": sys._jit.is_active, "share": share, "WARM": pairs.WARM}
    exec(compile(source, "<pair>", "exec"), space)
    return space


def compiled_share(source, warm):
    """Run a source; answer which share of its markers ran in compiled code."""
    space = load(source)
    try:
        space["run"](warm)
        space.get("prepare", lambda: None)()
        hits, markers = space["run"](200 if "prepare" in space else pairs.COUNTED)
    finally:
        space.get("undo", lambda: None)()
    return round(hits / markers, 3)


def measured(wanted=()):
    """Measure these pairs, or all."""
    result = {}
    for pair in pairs.PAIRS:
        if not wanted or pair.key in wanted:
            result[pair.key] = {side: compiled_share(source, pair.warm) for side, source in pair.sources.items()}
    for name, body, module in folklore.FOLKLORE:
        if not wanted or f"folklore/{name}" in wanted:
            result[f"folklore/{name}"] = {"with": compiled_share(pairs.loop(body, "", module), pairs.WARM * 3)}
    for name, body, module in folklore.ELSEWHERE:
        if not wanted or f"elsewhere/{name}" in wanted:
            result[f"elsewhere/{name}"] = {"with": compiled_share(pairs.loop(body, "", module), pairs.WARM * 3)}
    for key in wanted:
        if key.startswith("body/"):
            _, kind, count = key.split("/")
            source = pairs.body(kind, int(count))
            result[key] = {"with": compiled_share(source, pairs.FIRST_TRACE_ONLY)}
    return result


def codes_told(source):
    """Answer the codes that jitctl tells for the target, once it is specialised."""
    import jitctl

    space = load(source)
    jitctl.jit_focus(space["target"])
    try:
        space["run"](200)
        space.get("prepare", lambda: None)()
        return sorted({reason.code for reason in jitctl.stats(space["target"]).unfriendly})
    finally:
        space.get("undo", lambda: None)()


def told():
    """Ask jitctl for its reasons, after everything was measured: it changes how functions are compiled."""
    result = {pair.key: {side: codes_told(source) for side, source in pair.sources.items()} for pair in pairs.PAIRS}
    for name, body, module in folklore.FOLKLORE:
        result[f"folklore/{name}"] = {"with": codes_told(pairs.loop(body, "", module))}
    return result


if __name__ == "__main__":
    keys = [key for key in sys.argv[1:] if key != "--told"]
    result = {"measured": measured(keys)}
    if "--told" in sys.argv:
        result["told"] = told()
    print(json.dumps(result))
