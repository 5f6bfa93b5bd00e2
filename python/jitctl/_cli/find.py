"""``jitctl find``: runs a program, and tells which of its functions are worth a hint, and why others are not."""

import argparse
import atexit
import dis
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any, Literal

from .. import _router
from .._process.functions import all_functions
from .._process.sampler import Sampler
from .._stats.plain import Count, Plain, published_schema
from .._stats.records import Reason
from .._stats.system import read_system
from .._stats.text import wrapped
from .console import Console, add_output_options, console
from .exits import Exit, UsageError
from .program import run as run_program
from .program import target_of
from .run import add_target

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1
#: functions are told until they make up this share of the time, or are so many; one that could save less is left out
SHARE, MOST, LEAST = 0.8, 20, 0.005
#: with fewer samples, a share says too little
FEWEST_SAMPLES = 100
_INDENT = 16
_LOOPS = ("JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_ABSOLUTE", "POP_JUMP_BACKWARD_IF_TRUE")


def add_parser(commands: Any) -> None:
    """Add ``find``."""
    parser = commands.add_parser(
        "find",
        help="find the functions of a program that are worth a hint",
        description="Run a program without hints, sample where its main thread spends processor time, and tell which "
        "functions to hint. With --rules the suggestions become a rules file, to be proven by `jitctl try`.",
    )
    parser.add_argument(
        "--rules", metavar="FILE", help="write the suggestions as rules into this file, which must be new"
    )
    parser.add_argument("--schema", action="store_true", help="write the JSON Schema of --json instead")
    add_output_options(parser)
    add_target(parser)
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class Candidate(Plain):
    """A function that takes time. ``share`` of the time is its own, without what it calls in Python."""

    module: str
    qualname: str
    file: str
    line: int
    hottest_line: int
    share: float
    loops: Count
    suggestion: Literal["focus", "leave"]
    why: str
    unfriendly: tuple[Reason, ...]

    @property
    def pattern(self) -> str:
        """What a rule matches it by."""
        return f"{self.module}:{self.qualname}"


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``find --json`` gives; ``exit_code`` is the program's own."""

    schema: int
    interpreter: str
    exit_code: int
    samples: Count
    seconds: float
    candidates: tuple[Candidate, ...]


def run(options: argparse.Namespace) -> int:
    """Run the program, and tell at its end what was found; the exit code is the program's own."""
    if options.schema:
        print(json.dumps(published_schema(Result, "jitctl find --json", SCHEMA), indent=2))
        return Exit.DONE
    if not Sampler.is_possible():
        raise UsageError("this system has no timer of processor time; profile the program with cProfile instead")
    if options.rules and os.path.exists(options.rules):
        raise UsageError(f"{options.rules} exists already; give another file")
    target = target_of(options.is_module, options.target)
    sampler, ended = Sampler(), _Ended()

    def before(code: CodeType, main: ModuleType) -> None:
        # Told last, after everything that the program does at its end.
        atexit.register(_tell, options, sampler, ended, main, os.getpid())
        sampler.start()

    try:
        ended.code = run_program(target, before)
    except SystemExit as error:
        ended.code = error.code if isinstance(error.code, int) else int(error.code is not None)
        raise
    return ended.code


class _Ended:
    code = 0


def _tell(options: argparse.Namespace, sampler: Sampler, ended: _Ended, main: ModuleType, process: int) -> None:
    """Say what was found, at the end of the process; `main` lives until then, and with it the program's functions."""
    sampler.stop()
    if os.getpid() != process:
        return  # a forked child
    result = result_of(sampler, ended.code)
    with console(options, sys.stderr) as out:
        out.data(result.to_dict())
        for line in shown(result, out):
            out.text(line)
        if options.rules and result.candidates:
            found = [one for one in result.candidates if one.suggestion == "focus"]
            with open(options.rules, "w", encoding="utf-8") as file:
                file.write("\n".join(_rules(found, result)))
            out.text(f"{len(found)} rules written to {options.rules}; next: jitctl try --hints {options.rules} ...")


def result_of(sampler: Sampler, exit_code: int) -> Result:
    """Judge what was sampled."""
    candidates = tuple(_candidates(sampler)) if sampler.samples >= FEWEST_SAMPLES else ()
    system = read_system()
    return Result(SCHEMA, str(system.interpreter), exit_code, sampler.samples, sampler.seconds, candidates)


def _candidates(sampler: Sampler) -> Iterator[Candidate]:
    functions = {function.__code__: function for function in all_functions()}
    told, total = 0.0, sampler.samples
    for code, count in sampler.by_code().most_common(MOST):
        share = count / total
        if told >= SHARE or share < LEAST:
            return
        told += share
        yield _candidate(code, functions.get(code), share, sampler.hottest_line(code))


def _candidate(code: CodeType, function: FunctionType | None, share: float, hottest: int) -> Candidate:
    loops = sum(one.opname in _LOOPS for one in dis.get_instructions(code))
    name = getattr(code, "co_qualname", code.co_name)
    module = function.__module__ if function is not None else ""
    unfriendly = tuple(Reason.of(one) for one in _router.backend.unfriendly(function)) if function is not None else ()
    suggestion: Literal["focus", "leave"] = "leave"
    if code.co_name == "<module>":
        why = "code of a module cannot have a hint: move it into a function"
    elif function is None:
        why = "it is made while the program runs, and is gone: hint the function around it"
    elif unfriendly:
        why = f"{unfriendly[0]}; {unfriendly[0].advice}" if unfriendly[0].advice else str(unfriendly[0])
    elif not loops and share < 0.02:
        why = "it has no loop and takes little: its callers' hints reach it"
    else:
        suggestion = "focus"
        why = f"{loops} loop{'' if loops == 1 else 's'}" if loops else "no loop, but called often"
    return Candidate(
        module or "", name, code.co_filename, code.co_firstlineno, hottest, share, loops, suggestion, why, unfriendly
    )


def shown(result: Result, out: Console) -> list[str]:
    """Write the result for people."""
    if not result.candidates:
        return [
            f"{result.samples} samples in {result.seconds:.2f} s are too few to say where the time goes; "
            "let the program run for a second at least"
        ]
    lines = [f"{result.samples} samples in {result.seconds:.2f} s on {result.interpreter}", ""]
    for one in result.candidates:
        name = one.pattern if one.module else f"{os.path.basename(one.file)}:{one.qualname}"
        word = out.paint(f"{one.suggestion:<5}", "green" if one.suggestion == "focus" else "yellow")
        lines.append(f"{100 * one.share:5.1f} %  {word}  {name}")
        place = f"{os.path.basename(one.file)}:{one.line}, hottest line {one.hottest_line}"
        lines += [" " * _INDENT + line for line in wrapped(f"{one.why} ({place})", out.width - _INDENT)]
    rest = 1 - sum(one.share for one in result.candidates)
    return [*lines, "", f"{100 * rest:5.1f} %  elsewhere, in functions that take little each"]


def _rules(candidates: list[Candidate], result: Result) -> Iterator[str]:
    yield f"# Suggested by `jitctl find` from {result.samples} samples on {result.interpreter}."
    yield "# Not proven yet; next: jitctl try"
    for one in candidates:
        yield "\n[[rule]]"
        yield f"match = {json.dumps(one.pattern)}"
        yield 'hint = "focus"'
        yield f"reason = {json.dumps(f'{100 * one.share:.0f} % of the time, {one.why}')}"
    yield ""
