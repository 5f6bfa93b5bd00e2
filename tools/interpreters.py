#!/usr/bin/env python3
"""Fetches, lists and checks the interpreters that the project is tested on.

    python3 tools/interpreters.py fetch [--update]   bring CPython with a JIT, without one, and PyPy into .interpreters/
    python3 tools/interpreters.py build [--update]   build free-threaded CPython there, from Debian's sources
    python3 tools/interpreters.py foreign            bring CPython for aarch64 there, and an emulator that runs it
    python3 tools/interpreters.py list [--json]      show every interpreter found, fetched or the machine's own
    python3 tools/interpreters.py check              run the fetched ones and say what is wrong with them

Needs nothing but Python 3.8 or newer. Fetching needs apt and leaves the system as it is.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from interp import foreign, free_threaded, stamp
from interp.apt import SUITES
from interp.check import faults
from interp.errors import ToolError
from interp.fetch import VERSIONS, fetch
from interp.find import find_interpreters
from interp.probe import Interpreter

HOME = Path(__file__).resolve().parent.parent / ".interpreters"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is 0 when all is well."""
    options = _parser().parse_args(arguments)
    home = Path(options.dir).resolve()
    try:
        if options.command == "fetch":
            return _fetch(home, options)
        if options.command == "build":
            return _build(home, options)
        if options.command == "foreign":
            return _foreign(home, options)
        if options.command == "check":
            return _check(home)
        return _list(home, options.json)
    except ToolError as error:
        print(f"interpreters: {error}", file=sys.stderr)
        return 1
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"interpreters: {error}; nothing was changed for good, run it again", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", default=str(HOME), help="folder for fetched interpreters (default: .interpreters)")
    commands = parser.add_subparsers(dest="command", required=True)
    get = commands.add_parser("fetch", help="bring interpreters into the folder")
    get.add_argument("--update", action="store_true", help="ask apt for newer ones")
    get.add_argument("--suite", action="append", help="Debian suite, may be repeated (default: sid, forky)")
    get.add_argument("--version", action="append", help="CPython version, may be repeated (default: 3.13 to 3.15)")
    make = commands.add_parser("build", help="build free-threaded CPython, which Debian does not carry")
    make.add_argument("--update", action="store_true", help="ask apt for newer sources")
    make.add_argument("--suite", action="append", help="Debian suite, may be repeated (default: sid, forky)")
    make.add_argument("--version", action="append", help="CPython version, may be repeated (default: 3.14, 3.15)")
    other = commands.add_parser("foreign", help="bring interpreters for another kind of machine, and an emulator")
    other.add_argument("--machine", choices=sorted(foreign.EMULATORS), default="arm64", help="default: arm64")
    other.add_argument("--suite", action="append", help="Debian suite, may be repeated (default: sid, forky)")
    other.add_argument("programs", nargs="*", help="default: python3.13 python3.14 python3.15 python3.15d")
    show = commands.add_parser("list", help="show every interpreter found")
    show.add_argument("--json", action="store_true", help="for programs")
    commands.add_parser("check", help="run the fetched interpreters")
    return parser


def _say(text: str) -> None:
    print("interpreters: " + text, file=sys.stderr, flush=True)


def _fetch(home: Path, options: argparse.Namespace) -> int:
    made = fetch(home, options.update, options.version or VERSIONS, options.suite or SUITES, _say)
    for program in made.programs:
        print(Path(made.root) / program)
    for line in made.missing + made.broken:
        _say("left out " + line)
    return 0


def _build(home: Path, options: argparse.Namespace) -> int:
    versions = options.version or free_threaded.VERSIONS
    for program in free_threaded.build(home, options.update, versions, options.suite or SUITES, _say):
        print(program)
    return 0


def _foreign(home: Path, options: argparse.Namespace) -> int:
    programs = options.programs or [*(f"python{version}" for version in VERSIONS), f"python{VERSIONS[-1]}d"]
    for program in foreign.fetch_foreign(home, options.machine, programs, options.suite or SUITES, _say):
        print(program)
    return 0


def _check(home: Path) -> int:
    made = stamp.read(home)
    if made is None:
        raise ToolError("nothing was fetched yet", "fetched interpreters", "run the fetch command")
    wrong = 0
    for program in made.programs:
        found = faults(str(home / "root" / program))
        wrong += bool(found)
        print("{:<12} {}".format(Path(program).name, ", ".join(found) or "ok"))
    return 1 if wrong else 0


def _list(home: Path, as_json: bool) -> int:
    found = find_interpreters(home)
    if as_json:
        print(json.dumps([one._asdict() for one in found], indent=1))
    else:
        print(_table(found))
    return 0


def _table(found: list[Interpreter]) -> str:
    rows = [["name", "version", "debug", "free-threaded", "jit built", "jit enabled", "from", "path"]]
    for one in found:
        flags = [one.debug, one.free_threaded, one.jit_built, one.jit_enabled]
        shown = one.version if one.implementation == "cpython" else one.version + " / " + one.implementation_version
        rows.append([one.name, shown, *("yes" if flag else "-" for flag in flags), one.origin, one.path])
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=False)).rstrip() for row in rows)


if __name__ == "__main__":
    sys.exit(main())
