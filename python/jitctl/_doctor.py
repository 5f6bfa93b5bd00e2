"""``python -m jitctl doctor``: is a JIT there, is it on, what does jitctl use, and why.

The data is made first, so that the text and ``--json`` cannot say different things.
"""

import os
import sys

from . import _router
from ._settings import VARIABLES, is_ours
from ._text import backend_name, interpreter_name
from ._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1


def diagnosis() -> "dict[str, Any]":
    """Collect everything the doctor says, as plain data."""
    interpreter = _router.backend.describe()
    backend = _router.backend.chosen()
    return {
        "schema": SCHEMA,
        "jitctl": __version__,
        "summary": summary(interpreter, backend),
        "problem": None if _router.failure is None else str(_router.failure),
        "interpreter": interpreter,
        "backend": backend,
        "candidates": _router.backend.candidates(),
        "environment": environment(),
    }


def summary(interpreter: "Mapping[str, Any]", backend: "Mapping[str, Any]") -> str:
    """Say in one line whether a JIT is built, whether it is on, and which backend is used."""
    if not interpreter["jit_built"]:
        jit = "no JIT is built into this interpreter"
    elif interpreter["implementation"] != "cpython":
        jit = f"this interpreter's own JIT is built and {'on' if interpreter['jit_enabled'] else 'off'}"
    elif interpreter["jit_enabled"]:
        jit = "a JIT is built and on"
    else:
        jit = "a JIT is built but off (PYTHON_JIT=1 switches it on)"
    used = f"jitctl uses backend {backend_name(backend)}"
    if _router.failure is not None:
        used = f"import jitctl fails: JITCTL_BACKEND={_router.settings.backend} cannot be used"
    return f"{jit}; {used}"


def environment() -> "list[dict[str, Any]]":
    """List the variables that are set, and whether this process pays attention to them."""
    settings = _router.settings
    meanings = {one.name: one.meaning for one in VARIABLES}
    return [
        {
            "name": name,
            "value": os.environ[name],
            "meaning": meanings.get(name) or _unknown(name, list(meanings)),
            "ignored": settings.ignored,
            "problem": settings.problems.get(name),
        }
        for name in sorted(filter(is_ours, os.environ))
    ]


def _unknown(name: str, known: "list[str]") -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1, 0.8)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"not read by jitctl itself; a backend may read it{meant}"


def text(found: "Mapping[str, Any]") -> str:
    """Write a diagnosis for people: the summary first, then what it rests on."""
    interpreter = found["interpreter"]
    lines = [found["summary"], ""]
    if found["problem"]:
        lines += [f"problem      {found['problem']}", ""]
    lines += [
        f"jitctl       {found['jitctl']} in {os.path.dirname(_router.DIRECTORY)}",
        f"interpreter  {interpreter_name(interpreter)} on {interpreter['platform']}: {sys.executable}",
        f"             {interpreter['build']}",
        f"extension    {'loaded' if interpreter['extension'] else 'not loaded: ' + str(interpreter['reason'])}",
    ]
    if interpreter["subinterpreter"]:
        lines.append("             this is a subinterpreter")
    lines += ["", "candidates, best first:"]
    for one in found["candidates"]:
        lines += _candidate(one)
        if one["chosen"]:
            lines += [f"      {name}: {note}" for name, note in found["backend"].get("notes", [])]
    lines += ["", "environment:"]
    for one in found["environment"]:
        note = "ignored, Python was started with -E or -I" if one["ignored"] else one["problem"] or one["meaning"]
        lines.append(f"  {one['name']}={one['value']}  ({note})")
    if not found["environment"]:
        lines.append("  no JITCTL_ variable is set, nor PYTHON_JIT")
    return "\n".join(lines)


def _candidate(one: "Mapping[str, Any]") -> "list[str]":
    state = "used" if one["chosen"] else "can be used" if one["usable"] else "cannot be used"
    name = " ".join(str(one[key]) for key in ("name", "version") if one[key])
    lines = [f"  {name}: {state} ({one['code']}) {one['reason']}".rstrip()]
    known = one["file"] and str(one["file"]) in str(one["reason"])
    lines.append(f"      {one['source']}" + (f": {one['file']}" if one["file"] and not known else ""))
    if one["requires"]:
        lines.append(f"      for {one['requires']}")
    return lines
