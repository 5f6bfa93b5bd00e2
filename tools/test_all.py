#!/usr/bin/env python3
"""Runs everything that must pass and sums it up: `make test`.

Order: interpreters; the wheel and beside it the Rust tests and those of the tools; then some at a time the Python tests
on every interpreter, lints, checks of the files of a release, tests of the plugin guide and of the CinderX plugin. A
failure never hides the rest: all that can still run does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from interp import stamp  # noqa: E402
from interp.apt import missing_tool  # noqa: E402
from interp.find import find_interpreters  # noqa: E402
from interp.probe import Interpreter  # noqa: E402
from suite.counts import Counts, from_cargo, from_junit, from_lint, seconds_of  # noqa: E402
from suite.modes import modes_of  # noqa: E402
from suite.report import Row, any_failed, summary  # noqa: E402
from suite.sessions import run_session, say, stop_all  # noqa: E402

HOME = Path(os.environ.get("JITCTL_INTERPRETERS") or ROOT / ".interpreters")
RESULTS = ROOT / ".nox" / "results"
#: Sessions that run side by side, each with two processes for its tests (WORKERS in noxfile.py). Most tests wait for a
#: clock, of the library's or of their own: 125 tests of native, one after the other on CPython 3.15, kept one core busy
#: for 27 % of their time. The others keep a core busy each.
AT_A_TIME = 1 + (os.cpu_count() or 1)


def main() -> int:
    """Run all; the exit code is 0 when nothing failed."""
    rows: list[Row] = []
    left_out: list[str] = []
    _fetch(left_out)
    found = find_interpreters(HOME, one_each=True)
    _require_jit(found, rows, left_out)
    # Before the others, which need both: the Rust tests generate what the Python tests build their backends from. Each
    # builds in a profile of its own, with long stretches in which one crate is compiled, on one core. The wheel takes
    # longer, so what needs none fills the time.
    with ThreadPoolExecutor() as pool:
        wheel_lane = pool.submit(run_session, ROOT, "wheel", wheel_built=False)
        rust = run_session(ROOT, "rust", wheel_built=False)
        tools = _tools()
        wheel = wheel_lane.result()
    built = wheel.code == 0
    rows.append(Row("wheel", "builds", Counts(passed=int(built)).judged(wheel.code), wheel.seconds))
    rows.append(Row("rust", "cargo test", from_cargo(rust.log).judged(rust.code), rust.seconds))
    rows.append(tools)
    jobs: dict[str, Callable[[], list[Row]]] = {}
    if built:
        jobs |= {
            "lint": lambda: [_lint()],
            "package": lambda: [_package()],
            "plugin": lambda: [_plugin()],
            "cinderx": lambda: _cinderx(found),
        }
        jobs |= {one.name: partial(_python, one) for one in found}
    else:
        left_out += [
            f"{name}: no wheel to install" for name in ("lint", "package", "plugin", *(one.name for one in found))
        ]
    # The slow ones first, so that all end at about the same time.
    debug = {one.name for one in found if one.debug}
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        lanes = {name: pool.submit(jobs[name]) for name in sorted(jobs, key=lambda name: name not in debug)}
    for name in jobs:
        rows += lanes[name].result()
    print(summary(rows, left_out), flush=True)
    return int(any_failed(rows))


def _fetch(left_out: list[str]) -> None:
    command = [sys.executable, str(ROOT / "tools/interpreters.py"), "--dir", str(HOME), "fetch"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    say(done.stderr.rstrip())
    made = stamp.read(HOME)
    if made is not None:
        left_out += made.missing + made.broken
    if done.returncode != 0:
        left_out.append("fetched interpreters: " + (done.stderr.strip().splitlines() or ["no message"])[-1])


def _require_jit(found: list[Interpreter], rows: list[Row], left_out: list[str]) -> None:
    if any(one.jit_built and not one.free_threaded for one in found):
        return
    reason = "no CPython that carries a JIT; expected 3.14 or 3.15; next: python3 tools/interpreters.py fetch"
    say(reason)
    if missing_tool() is None:
        rows.append(Row("interpreters", "with a JIT", Counts(failed=1), 0))
    else:
        # Nothing can be fetched here, so this is a gap and not a failure.
        left_out.append(reason)


def _lint() -> Row:
    lint = run_session(ROOT, "lint", wheel_built=True)
    return Row("lint", "checks", from_lint(lint.log).judged(lint.code), lint.seconds)


def _tools() -> Row:
    tools = run_session(ROOT, "tools", wheel_built=False)
    return Row("tools", "tools, types", from_junit(RESULTS / "tools.xml").judged(tools.code), tools.seconds)


def _package() -> Row:
    package = run_session(ROOT, "package", wheel_built=True)
    counts = from_junit(RESULTS / "package.xml").judged(package.code)
    return Row("package", "files of a release", counts, package.seconds)


def _plugin() -> Row:
    plugin = run_session(ROOT, "plugin", wheel_built=True)
    counts = from_junit(RESULTS / "plugin.xml").judged(plugin.code)
    return Row("plugin", "the guide for authors", counts, plugin.seconds)


def _cinderx(found: list[Interpreter]) -> list[Row]:
    carriers = [o for o in found if o.jit_built and not o.debug and not o.free_threaded]
    reports = {o.name: RESULTS / f"cinderx-{Path(o.path).name}.xml" for o in carriers}
    for report in reports.values():
        if report.exists():
            report.unlink()
    outcome = run_session(ROOT, "cinderx", wheel_built=True)
    counts = {name: from_junit(report).judged(0) for name, report in reports.items()}
    each = outcome.seconds / max(len(counts), 1)
    return [Row(f"cinderx {name}", "CinderX as a plugin", c, each) for name, c in counts.items()]


def _python(one: Interpreter) -> list[Row]:
    session = "python-" + one.name
    modes = modes_of(one)
    for mode in modes:
        report = RESULTS / (mode.name + ".xml")
        if report.exists():
            report.unlink()
    outcome = run_session(ROOT, session, wheel_built=True)
    counts = [from_junit(RESULTS / (mode.name + ".xml")) for mode in modes]
    # A mode without a report ended before or during its tests.
    counts = [c.judged(0) for c in counts]
    if outcome.code != 0 and not any(c.failed for c in counts):
        counts[-1] = counts[-1].judged(outcome.code)
    version = f"{one.implementation} {one.implementation_version}" + (" debug" if one.debug else "")
    seconds = [seconds_of(RESULTS / (mode.name + ".xml")) for mode in modes]
    return [Row(m.name, version + m.words, c, took) for m, c, took in zip(modes, counts, seconds, strict=True)]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        stop_all()
        sys.exit(130)
