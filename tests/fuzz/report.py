"""Keeps the counts of long runs, and writes them down as a page."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from modes import Interpreter
from run import Tally, table

HEAD = """# What the fuzzer tried

Made by `python tests/fuzz --minutes N --python PATH ... --store target/evidence/fuzz.json`; do not edit.
A program is a random module with a script of calls, hints and switches; it passes where every result,
exception (with its traceback's lines and instructions), side effect and event told to tracing tools is that of its
twin, the same program without jitctl and with the JIT off. A failure is `cpython` where CPython's JIT alone fails too,
and `unstable` where twins differ among themselves, which threads that share a function can bring about.
"""
MODES = """
Modes: `opt-in` (the process' JIT off, jitctl compiles hinted functions alone), `jit-on` (PYTHON_JIT=1), `bushy` (side
exits compile after 15 instead of 4,000 exits), `warmup` (that backend), `native` (by name, where there is no JIT).
"""

#: the start of a path, which belongs to one machine and to no stored result; linear in what is searched
_PLACE = re.compile(r"(?<![\w.+/-])[\w.+/-]*/(?=lib/python\d|tests/|site-packages/|python\d[\w.]*\b|libc\.so)")
#: found by the fuzzer and reduced by hand; each happens without jitctl
KNOWN = """
## Faults of CPython that the fuzzer found

* 3.15.2 debug, PYTHON_JIT=1: SIGSEGV in a function with `for w in range(20000): m = w + 1000; del m; m = w`.
  Seeds 7956238641 and 7956238670 crash at a `del` of a local too, without jitctl as well.
* 3.13 to 3.15, no JIT needed: a function that sys.settrace follows by opcodes (f_trace_opcodes) tells none of them
  any more once another tool's events come and go: for good where they were local to it, in the next call where global.
  Seeds 7956239996 (3.14) and, `--small` behind 502926 in one process, 502927 (3.15), without jitctl as well.
* 3.15.2, JIT on, a generator with local JUMP events (which `jit_ignore` sets too) that a compiled callee returns into:
  a wrong exception or SIGSEGV. Seed 7954889777 of the first version, in mode `opt-in-bushy`; not with other events.
* 3.13 to 3.15, no JIT needed: PY_UNWIND, and RAISE for what a callee raised, name the end of an instruction that calls
  Python code, or its beginning where the interpreter enters the callee without a call of C, as it does once the
  instruction is specialised. An instruction with an INSTRUCTION event never is; `jit_ignore` sets one behind each call
  on 3.15. `A(x)` with an `__init__` that raises gives RAISE two offsets, before and behind 100 calls (seed 7959968922).
* 3.13 and 3.14, no JIT needed: at the limit of recursion, a call of a class with an `__init__` needs room for one
  frame; once the instruction is specialised, for two on 3.13 and for none on 3.14. A recursion thus ends elsewhere
  where what it calls was not specialised before, as in machine code. Seeds, `--small`: 404666, 800000575 (3.14).
* 3.13 to 3.15, no JIT needed: while one tool of sys.monitoring has global INSTRUCTION events, another's local events
  that go to 0 and then to a set with LINE end them for that function. A hint that replaces another does so, and the
  fuzzer counts it as jitctl's; it leaves INSTRUCTION events out unless `--instructions` is given.
"""


def store(path: Path, tallies: dict[tuple[str, str], Tally], interpreters: list[Interpreter], first: int) -> None:
    """Add a run to the stored ones, or bring it up to date, and write the page anew."""
    runs: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
    versions = {one.name: one.version for one in interpreters}
    runs = [run for run in runs if run["first_seed"] != first]
    rows = table(tallies)
    for one in (failure for row in rows for failure in row["failures"]):
        one |= {"detail": _short(one["detail"], 600), "why": _short(one["why"], 300)}
    runs.append({"first_seed": first, "versions": versions, "rows": rows})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_PLACE.sub("", json.dumps({"runs": runs}, indent=1)) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(_PLACE.sub("", page(runs)), encoding="utf-8")


def page(runs: list[dict[str, Any]]) -> str:
    """Write the page from all runs."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    seen: dict[tuple[str, str], Counter[str]] = {}
    failures = []
    for run in runs:
        for row in run["rows"]:
            key = run["versions"].get(row["interpreter"], row["interpreter"]), row["mode"]
            into = sums.setdefault(key, Counter())
            into.update({name: row[name] for name in ("programs", "steps", "skipped", "slow")})
            for one in row["failures"]:
                into["fault " + one["fault"]] += 1
                failures.append((*key, one))
            seen.setdefault(key, Counter()).update(row["seen"])
    columns = ("interpreter", "mode", "programs", "steps", "jitctl's faults", "CPython's", "unstable", "not seen again")
    text = [HEAD, f"| {' | '.join(columns)} |"]
    text.append("| --- | --- |" + " ---: |" * 6)
    for (version, mode), into in sorted(sums.items()):
        counts = [
            into["programs"],
            into["steps"],
            *(into["fault " + name] for name in ("jitctl", "cpython", "unstable", "unknown")),
        ]
        text.append(f"| {version} | {mode} | " + " | ".join(f"{count:,}" for count in counts) + " |")
    total = sum((into for into in sums.values()), Counter())
    text.append(f"| all | | {total['programs']:,} | {total['steps']:,} | | | | |")
    text.append(MODES)
    text += ["## What the programs reached", "", "Per 1,000 programs, at the end of each.", ""]
    text += coverage(sums, seen)
    text += ["", "## Failures", ""]
    text += [
        f"* {version} {mode}, seed {one['seed']}: {one['kind']}, {one['fault']}. {_line(one)}"
        for version, mode, one in failures
    ]
    if not failures:
        text.append("None.")
    text.append(KNOWN)
    return "\n".join(text).rstrip() + "\n"


def _short(text: str, most: int) -> str:
    """Cut a text, after the places in it were left out; a path that was cut short would not be known as one."""
    text = _PLACE.sub("", text)[:most]
    head, _, last = text.rpartition("\n")
    return head if head and "/" in last else text


def _line(one: dict[str, Any]) -> str:
    """Give what was seen of a failure in one line."""
    return " ".join((one["detail"] if one["fault"] != "cpython" else one["why"]).split())[:160]


def coverage(sums: dict[tuple[str, str], Counter[str]], seen: dict[tuple[str, str], Counter[str]]) -> list[str]:
    """Write the table of verdicts and regions, a column per interpreter and mode."""
    columns = [key for key in sorted(sums) if sums[key]["programs"]]
    names = sorted({name for key in columns for name in seen[key]})
    lines = [
        "| | " + " | ".join(f"{version} {mode}" for version, mode in columns) + " |",
        "| --- |" + " ---: |" * len(columns),
    ]
    for name in names:
        cells = [seen[key][name] * 1000 / sums[key]["programs"] for key in columns]
        lines.append(
            f"| {name} | "
            + " | ".join(f"{cell:.0f}" if cell >= 10 or not cell else f"{cell:.1f}" for cell in cells)
            + " |"
        )
    return lines
