"""``jitctl backends check``: does a backend keep the contract?

Every check runs in a child process of its own, with the backend chosen by name, so that one that
crashes, hangs or prints is a line in the result and not the end of the check.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

#: seconds that one check may take
LIMIT = 300
CHECKS = {
    "identity": "the object stays the same, and so does what introspection tells",
    "calls": "a function is called by the user alone",
    "results": "results, exceptions and tracebacks are unchanged",
    "verdicts": "every hint ends in a verdict that can be read",
    "repeated hints": "repeated and conflicting hints: the last one counts",
    "undo": "a hint can be taken back",
    "options": "options, failing samples, options of a later version",
    "tracing": "a tracer sees what it always sees",
    "reading": "reading state changes nothing",
    "threads": "hints from eight threads at once",
    "leaks": "nothing stays behind of functions that are gone",
}
_CHILD = "import sys; sys.path[:] = {path!r}; from jitctl._conformance.{module} import main; main({name!r}, {answer!r})"


def check(path: str, behind: str = "", names: Iterable[str] = CHECKS) -> Iterator[dict[str, Any]]:
    """Load the backend at `path` and run it through these checks; yield what came of each.

    `behind` names backends, with commas between them, that take what this one cannot do: then their
    chain is checked.
    """
    file = os.path.realpath(path)
    found, failure = _run("load", file, "load", {"JITCTL_BACKEND_PATH": file})
    if failure is None and not found["passed"]:
        failure = found["reason"]
    title = "it can be loaded on this interpreter"
    if failure is not None:
        yield {"name": "load", "title": title, "passed": False, "reason": failure}
        return
    yield {"name": "load", "title": title, "passed": True, "reason": found["reason"]}
    # A backend that panics at every hint would spend minutes on the traces of thousands of panics.
    chain = ",".join(name for name in (found["backend"], behind) if name)
    environment = {"JITCTL_BACKEND": chain, "RUST_BACKTRACE": "0"}
    if found["source"] != "built-in":
        environment["JITCTL_BACKEND_PATH"] = file
    for name in names:
        one, failure = _run("child", name, name, environment)
        passed = failure is None and bool(one["passed"])
        reason = failure if failure is not None else one["reason"]
        yield {"name": name, "title": CHECKS[name], "passed": passed, "reason": reason}
        if not passed and failure is not None and failure.startswith("import jitctl fails"):
            return


def _run(module: str, name: str, label: str, more: dict[str, str]) -> tuple[dict[str, Any], str | None]:
    """Run one check in a child; return its answer, or why there is none."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JITCTL_")}
    with tempfile.TemporaryDirectory() as folder:
        answer = os.path.join(folder, "answer")
        code = _CHILD.format(path=sys.path, module=module, name=name, answer=answer)
        command = [sys.executable, "-W", "error", "-X", "faulthandler", "-c", code]
        try:
            done = subprocess.run(
                command, env={**kept, **more}, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return {}, f"{label} did not end within {LIMIT} seconds"
        try:
            with open(answer, encoding="utf-8") as file:
                found: dict[str, Any] = json.load(file)
        except OSError:
            found = {}
    printed = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    if done.returncode != 0:
        return found, _ending(done.returncode, printed)
    if printed and found.get("passed"):
        return found, f"it prints: {_last_line(printed)}"
    return found, None


def _ending(code: int, printed: str) -> str:
    """Say in one line how a child ended that should have ended well."""
    last = _last_line(printed)
    if "BackendError" in last:
        return "import jitctl fails: " + last.split(": ", 1)[-1]
    if code < 0:
        import signal

        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        at = next((line.strip() for line in printed.splitlines() if line.strip().startswith('File "')), "")
        return f"the process was ended by {name}" + (f" at {at}" if at else "")
    return f"the process ended with exit code {code}: {last}"


def _last_line(text: str) -> str:
    return text.splitlines()[-1][:500] if text else "nothing was printed"
