"""Runs every case in one process, and prints what was seen of each: the results and errors in full.

python worker.py none|focus|once [ROUNDS]
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cases import Case, cases

#: good values in a call, and calls of which every fourth has a bad one
GOOD = 60
ROUNDS = 32


def described(error: BaseException | None, depth: int = 0) -> Any:
    """Give all that can be seen of an error: type, text, notes, places with their columns, causes."""
    if error is None or depth > 3:
        return None
    places = []
    # The first place of all is in this file.
    entry = error.__traceback__ if depth else error.__traceback__ and error.__traceback__.tb_next
    while entry is not None:
        code = entry.tb_frame.f_code
        at = list(code.co_positions())[entry.tb_lasti // 2] if entry.tb_lasti >= 0 else None
        places.append((code.co_name, entry.tb_lineno, at))
        entry = entry.tb_next
    return [
        type(error).__name__,
        str(error)[:200],
        repr(error.args)[:200],
        list(getattr(error, "__notes__", ())),
        places,
        str(getattr(error, "name", None)),
        error.__suppress_context__,
        described(error.__cause__, depth + 1),
        described(error.__context__, depth + 1),
    ]


def plain(found: Any) -> str:
    """Give it as text without addresses."""
    return re.sub(r"0x[0-9a-f]+", "0x", json.dumps(found, default=repr))


def seen(case: Case, hint: str, rounds: int) -> list[str]:
    """Run one case; give what was seen, each once."""
    names: dict[str, Any] = {"G": 1, "v_": [0]}
    loop = f"    r = 0\n    for v in values:\n            {case.statement}\n    return r\n"
    source = f"{case.before}\ndef f(values, k):\n{loop}"
    exec(compile(source, "<case>", "exec"), names)
    function = names["f"]
    if hint != "none":
        import jitctl

        {"focus": jitctl.jit_focus, "once": jitctl.jit_once}[hint](function)
    good = [eval(case.good, names) for _ in range(GOOD)]
    found: dict[str, None] = {}

    def call(values: list[Any], bad: int) -> None:
        names["v_"][0] = bad
        try:
            told = plain(["result", type(function(values, bad)).__name__])
        except BaseException as error:
            told = plain(described(error))
        found.setdefault(f"{bad} {told}")

    for number in range(rounds):
        call(good, 0)
        names.setdefault("G", 1)
        if number % 4 == 3:
            call([*(good[:3] if number % 8 == 3 else []), eval(case.bad, names)], 1)
    return sorted(found)


def main() -> None:
    """Run them all."""
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    chosen = set(sys.argv[3:])
    found = {}
    for case in cases():
        if chosen and case.name not in chosen:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            found[case.name] = seen(case, sys.argv[1], rounds)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
