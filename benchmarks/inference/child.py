"""Hints the chosen functions of one package, in a process of its own, and prints what became of them as JSON."""

import contextlib
import io
import json
import sys

from packages import chosen

from jitctl import jit_focus, stats


def main():
    package, count = sys.argv[1], int(sys.argv[2])
    written = io.StringIO()
    rows = []
    with contextlib.redirect_stdout(written):
        for function in chosen(package, count):
            jit_focus(when="decoration")(function)
            verdict = stats(function).verdict
            measures = {name: value for name, value, _ in verdict.measures}
            rows.append(
                {
                    "name": f"{function.__module__}.{function.__qualname__}",
                    "status": verdict.status,
                    "code": verdict.code,
                    "message": verdict.message,
                    **measures,
                }
            )
    if written.getvalue():
        raise SystemExit(f"{package}: something was written to standard output by a function judged free of effects")
    print(json.dumps(rows))


main()
