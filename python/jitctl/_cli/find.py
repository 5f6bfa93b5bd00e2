"""``jitctl find``: runs a program, and tells which of its functions are worth a hint, and why others are not.

What is imported here, the program waits for; what tells the result is imported when there is one.
"""

from __future__ import annotations

import atexit
import os
import sys

from .._process.sampler import Sampler
from .console import add_output_options, add_schema_option, console, write_schema
from .exits import Ending, UsageError
from .program import run as run_program
from .program import target_of
from .run import add_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from types import CodeType, ModuleType
    from typing import Any


def add_parser(commands: Any) -> None:
    """Add ``find``."""
    parser = commands.add_parser(
        "find",
        help="find the functions of a program that are worth a hint",
        description="Run a program without hints, sample where it spends processor time, and tell which functions to "
        "hint. With -o FILE the suggestions become a rules file, to be proven by `jitctl tune` or `jitctl try`.",
    )
    add_schema_option(parser)
    add_output_options(
        parser, "write the suggestions as rules into FILE, which must be new; under --json, write the JSON there"
    )
    add_target(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the program, and tell at its end what was found; the exit code is the program's own."""
    if options.schema:
        from .find_schema import Result
        from .found import SCHEMA

        return write_schema(Result, "jitctl find --json", SCHEMA)
    if options.output:
        options.given, options.output = options.output, os.path.abspath(options.output)  # the program may go elsewhere
        if not options.json and os.path.exists(options.output):
            raise UsageError(f"{options.output} exists already; give another file")
    target = target_of(options.is_module, options.target)
    sampler, ended = Sampler(), Ending()

    def before(code: CodeType, main: ModuleType) -> None:
        # Told last, after everything that the program does at its end.
        atexit.register(_tell, options, sampler, ended, main, os.getpid())
        sampler.start()

    return ended.of(lambda: run_program(target, before))


def _tell(options: argparse.Namespace, sampler: Sampler, ended: Ending, main: ModuleType, process: int) -> None:
    """Say what was found, at the end of the process; `main` lives until then, and with it the program's functions."""
    sampler.stop()
    if os.getpid() != process:
        return  # a forked child
    from .found import result_of, rules, shown

    result = result_of(sampler, ended.code)
    wanted = options.output if not options.json else None
    with console(options, sys.stderr, to_file=options.json) as out:
        out.data(result)
        if not (options.json or options.quiet):
            for line in shown(result, out):
                out.text(line)
        if wanted and result["candidates"]:
            found = [one for one in result["candidates"] if one["suggestion"] == "focus"]
            with open(wanted, "w", encoding="utf-8") as file:
                file.write("\n".join(rules(found, result)))
            out.text(f"{len(found)} rules written to {options.given}; next: jitctl try --hints {options.given} ...")
