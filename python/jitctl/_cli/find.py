"""``jitctl find``: runs a program, and tells which of its functions are worth a hint, and why others are not."""

import argparse
import atexit
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any, Literal

from .. import _router
from .._process.functions import all_functions
from .._process.sampler import Gone, Sampler
from .._report.share import Share
from .._stats.plain import Count, Plain
from .._stats.records import Reason
from .._stats.system import read_system
from .._stats.text import one_line, wrapped
from .console import Console, add_output_options, add_schema_option, console, write_schema
from .exits import Ending, UsageError
from .program import run as run_program
from .program import target_of
from .run import add_target

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1
#: functions are told until they make up this share of the time, or are so many; one that could save less is left out
SHARE, MOST, LEAST = 0.8, 20, 0.005
#: with fewer samples, a share says too little
FEWEST_SAMPLES = 100
#: a function that runs compiled for this share of its time gains nothing from a hint
COMPILED = 0.9
#: the modules of the import system begin so, on CPython and on PyPy; a hint on them is not for the program
IMPORT_SYSTEM = ("_frozen_importlib", "importlib._bootstrap")
#: columns before a function's name: its time, that in compiled code, the suggestion
_INDENT = 24


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


@dataclass(frozen=True, slots=True)
class Candidate(Plain):
    """A function that takes time.

    ``share`` of the time is its own, without what it calls in Python; ``in_jit`` is the share of that which it spent in
    compiled code. None, there and for ``loops``: it cannot be told here.
    """

    module: str
    qualname: str
    file: str
    line: int
    hottest_line: int
    share: float
    in_jit: float | None
    loops: int | None
    suggestion: Literal["focus", "leave"]
    why: str
    unfriendly: tuple[Reason, ...]

    @property
    def pattern(self) -> str:
        """What a rule matches it by."""
        return f"{self.module}:{self.qualname}"


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``find --json`` gives; ``exit_code`` is the program's own.

    ``in_jit`` is the share of the samples that were in compiled code; ``note`` says what could not be seen, and why.
    """

    schema: int
    interpreter: str
    exit_code: int
    method: Literal["extension", "python", "none"]
    note: str
    samples: Count
    seconds: float
    in_jit: Share | None
    candidates: tuple[Candidate, ...]


def run(options: argparse.Namespace) -> int:
    """Run the program, and tell at its end what was found; the exit code is the program's own."""
    if options.schema:
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
    result = result_of(sampler, ended.code)
    rules = options.output if not options.json else None
    with console(options, sys.stderr, to_file=options.json) as out:
        out.data(result.to_dict())
        for line in shown(result, out):
            out.text(line)
        if rules and result.candidates:
            found = [one for one in result.candidates if one.suggestion == "focus"]
            with open(rules, "w", encoding="utf-8") as file:
                file.write("\n".join(_rules(found, result)))
            out.text(f"{len(found)} rules written to {options.given}; next: jitctl try --hints {options.given} ...")


def result_of(sampler: Sampler, exit_code: int) -> Result:
    """Judge what was sampled."""
    total = sampler.samples + sampler.outside
    candidates = tuple(_candidates(sampler, total)) if total >= FEWEST_SAMPLES else ()
    compiled = sum(count for one, count in sampler.lines.items() if one.compiled)
    in_jit = Share.estimated(compiled, total) if sampler.sees_compiled else None
    name = str(read_system().interpreter)
    return Result(SCHEMA, name, exit_code, sampler.method, sampler.note, total, sampler.seconds, in_jit, candidates)


def _candidates(sampler: Sampler, total: int) -> Iterator[Candidate]:
    functions = {function.__code__: function for function in all_functions()}
    told, lines = 0.0, sampler.lines_of()
    for code, count in sampler.by_code().most_common(MOST):
        share = count / total
        if told >= SHARE or share < LEAST:
            return
        told += share
        function = functions.get(code) if isinstance(code, CodeType) else None
        compiled = sum(inside for _, inside in lines[code].values()) / count
        hottest = max(lines[code], key=lambda line: lines[code][line])
        yield _candidate(code, function, share, compiled if sampler.sees_compiled else None, hottest)


def _candidate(
    code: CodeType | Gone, function: FunctionType | None, share: float, in_jit: float | None, hottest: int
) -> Candidate:
    loops = _router.backend.loops(code) if isinstance(code, CodeType) else None
    name = getattr(code, "co_qualname", code.co_name)
    unfriendly = tuple(Reason.of(one) for one in _router.backend.unfriendly(function)) if function is not None else ()
    suggestion: Literal["focus", "leave"] = "leave"
    if code.co_name == "<module>":
        why = "code of a module cannot have a hint: move it into a function"
    elif function is None:
        why = "it is made while the program runs, and is gone: hint the function around it"
    elif (function.__module__ or "").startswith(IMPORT_SYSTEM):
        why = "it is Python's own import system, at work while modules are loaded"
    elif in_jit is not None and in_jit >= COMPILED:
        why = "it runs compiled already"
    elif unfriendly:
        why = f"{unfriendly[0]}; {unfriendly[0].advice}" if unfriendly[0].advice else str(unfriendly[0])
    elif loops == 0 and share < 0.02:
        why = "it has no loop and takes little: its callers' hints reach it"
    else:
        suggestion = "focus"
        number = "it takes much of the time" if loops is None else "no loop, but called often"
        why = f"{loops} loop{'' if loops == 1 else 's'}" if loops else number
    module = (function.__module__ if function is not None else "") or ""
    place = (code.co_filename, code.co_firstlineno, hottest)
    return Candidate(module, name, *place, share, in_jit, loops, suggestion, why, unfriendly)


def shown(result: Result, out: Console) -> list[str]:
    """Write the result for people."""
    notes = [line for note in [result.note] if note for line in wrapped(f"note: {note}", out.width, "  ")]
    if not result.candidates:
        few = (
            f"{result.samples} samples in {result.seconds:.2f} s are too few to say where the time goes; "
            "let the program run for a second at least"
        )
        return [*wrapped(few, out.width), *notes]
    lines = wrapped(f"{result.samples} samples in {result.seconds:.2f} s on {result.interpreter}", out.width, "  ")
    if result.in_jit is not None:
        lines += wrapped(f"in compiled code: {result.in_jit}", out.width, "  ")
    lines += ["", out.paint(f"{'time':>7}{'in JIT' if result.in_jit else '':>8}  hint   function", "bold")]
    for one in result.candidates:
        name = one.pattern if one.module else f"{os.path.basename(one.file)}:{one.qualname}"
        word = out.paint(f"{one.suggestion:<5}", "green" if one.suggestion == "focus" else "yellow")
        inside = "" if one.in_jit is None else f"{100 * one.in_jit:.0f} %"
        place = f"{os.path.basename(one.file)}:{one.line}, hottest line {one.hottest_line}"
        wide = out.width > 2 * _INDENT
        indent = " " * (_INDENT if wide else 4)
        told = [
            part for text in (one_line(name), f"{one.why} ({place})") for part in wrapped(text, out.width - len(indent))
        ]
        first = told.pop(0) if wide else ""
        lines += [f"{100 * one.share:5.1f} %{inside:>8}  {word}  {first}".rstrip(), *(indent + part for part in told)]
    rest = max(0.0, 1 - sum(one.share for one in result.candidates))
    elsewhere = wrapped("elsewhere, in functions that take little each", out.width, " " * 9, f"{100 * rest:5.1f} %  ")
    return [*lines, "", *elsewhere, *notes]


def _rules(candidates: list[Candidate], result: Result) -> Iterator[str]:
    yield f"# Suggested by `jitctl find` from {result.samples} samples on {result.interpreter}."
    yield "# Not proven yet; next: jitctl tune or jitctl try"
    for one in candidates:
        yield "\n[[rule]]"
        yield f"match = {json.dumps(one.pattern)}"
        yield 'hint = "focus"'
        yield f"reason = {json.dumps(f'{100 * one.share:.0f} % of the time, {one.why}')}"
    yield ""
