"""``jitctl tune``: chooses hints for a program by measuring, proves them, and writes them down with the evidence."""

import argparse
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .. import _router
from .._rules import Rule, RulesError, discovered, load
from .._tune.programs import FailedError
from .._tune.rules_file import is_ours, text
from .console import add_output_options, add_schema_option, console, write_schema
from .exits import Exit, UsageError
from .program import target_of
from .progress import Progress
from .run import add_rules_option, add_target, start_anew_for_rules
from .runs import Runs
from .trial import tried
from .tune_result import SCHEMA, Result, result_of, rule_of
from .tune_text import shown
from .tuner import Tuner
from .tuning import Budget, Processes, last_line

#: seconds that it may take, about
BUDGET = 300.0


def add_parser(commands: Any) -> None:
    """Add ``tune``."""
    parser = commands.add_parser(
        "tune",
        help="choose hints by measuring, prove them, write them down",
        description="Choose hints for a program by measuring, prove them on the whole program, and write a rules file "
        "with the evidence. The program runs some dozen times; its output is thrown away. With --function and "
        "--sample, one function is judged alone.",
    )
    parser.add_argument("--function", metavar="MODULE:NAME", help="judge this function; needs --sample")
    parser.add_argument(
        "--sample", metavar="MODULE:NAME", help="arguments of a call of it (a tuple), or a callable that makes them"
    )
    add_rules_option(parser)
    parser.add_argument(
        "--rules", metavar="FILE", default="jitctl.toml", help="where to write; default jitctl.toml, never over yours"
    )
    parser.add_argument("--check", action="store_true", help="judge the hints in force; exit code 1 if one does harm")
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help="default %(default).0f, about")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="the most that one run may take")
    add_schema_option(parser)
    add_output_options(parser)
    add_target(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Tune, write the rules file, and say what came of it."""
    if options.schema:
        return write_schema(Result, "jitctl tune --json", SCHEMA)
    if bool(options.function) != bool(options.sample):
        raise UsageError("--function and --sample belong together: which function, and arguments for a call of it")
    if options.function and options.target:
        raise UsageError("--function judges one function alone; leave the program out")
    target = None if options.function else target_of(options.is_module, options.target)
    files, kept = _rules(options)
    if not options.check and os.path.exists(options.rules) and not is_ours(options.rules):
        raise UsageError(f"{options.rules} is a file of yours, which is not written over; give --rules FILE")
    start_anew_for_rules(files)
    trial = tried("focus")
    if not trial.acts:
        print(f"jitctl: {trial.does}" + (f"; {trial.advice}" if trial.advice else ""), file=sys.stderr)
        return Exit.UNSUPPORTED
    runs = Runs(target, options.timeout) if target else None
    progress = Progress()
    tuner = Tuner(
        Processes(runs, files, options.timeout, options.sample), Budget(options.budget, progress), options.function
    )
    with console(options, sys.stderr) as out:
        try:
            (tuner.check if options.check else tuner.tune)()
        except FailedError as error:
            raise UsageError(f"the program failed, so there is nothing to tune: {last_line(error)}") from None
        finally:
            progress.end()
            tuner.processes.close()
        result = result_of(tuner, options.check)
        if not options.check:
            result = write(result, tuner, options.rules, kept)
        out.data(result.to_dict())
        for line in shown(result, out):
            out.text(line)
    return Exit.FAILED if result.verdict == "harm" else Exit.DONE


def _rules(options: argparse.Namespace) -> tuple[list[str], list[Rule]]:
    """Return the rules files in force, and those of their rules that are no question of speed."""
    try:
        found = discovered(os.getcwd()) if not options.hints else None
        files = [os.path.abspath(one) for one in options.hints or _router.settings.hints or filter(None, [found])]
        ruleset = load(files)
    except RulesError as error:
        raise UsageError(str(error)) from None
    return files, [one for one in ruleset.rules if one.hint in ("ignore", "none") or one.idle()]


def write(result: Result, tuner: Tuner, file: str, kept: Iterable[Rule]) -> Result:
    """Write the rules that are kept, if there are any, with their evidence; return the result with the file's name."""
    rules = [rule_of(one, result) for one in result.functions if one.hint]
    if not rules:
        return result
    backend = tuner.plan.backend if tuner.plan else ""
    if not backend and _router.settings.backend:
        backend = _router.settings.backend
    program = f"The whole program: {result.sentence}." if result.ratio is not None else f"{result.sentence}."
    remarks = [f"Measured on {result.interpreter}.", program[0].upper() + program[1:]]
    with open(file, "w", encoding="utf-8") as opened:
        opened.write(text(rules, kept, backend, remarks))
    return replace(result, rules_file=file)
