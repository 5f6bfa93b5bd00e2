"""``jitctl check``: runs a program with its rules, and fails where a hint is not in force at its end."""

import argparse
import sys
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Literal

from .. import _router, _verdicts
from .._stats.plain import Plain
from .._stats.records import Record
from .console import add_output_options, add_schema_option, console, write_schema
from .exits import Exit
from .program import run as run_program
from .run import add_rules_option, add_target, begin, hint_program

if TYPE_CHECKING:
    from .._rules import Active, Rule

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1


def add_parser(commands: Any) -> None:
    """Add ``check``."""
    parser = commands.add_parser(
        "check",
        help="fail where a hint of the rules is not in force",
        description="Run a program with its rules; at its end, fail (1) where a focused function is not compiled, with "
        "the reason, and where a rule matches nothing, is hidden by an earlier one, expired or is not for this "
        "interpreter. 3: this interpreter can do nothing with hints.",
    )
    add_rules_option(parser)
    add_schema_option(parser)
    add_output_options(parser)
    add_target(parser)
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class Finding(Plain):
    """What was found out about one function or one rule; ``place`` is where the rule stands."""

    what: Literal["function", "rule"]
    name: str
    place: str
    hint: str
    passed: bool
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``check --json`` gives; ``exit_code`` is the program's own."""

    schema: int
    passed: bool
    exit_code: int
    interpreter: str
    findings: tuple[Finding, ...]


def run(options: argparse.Namespace) -> int:
    """Run the program, look at what came of each rule, and say so on standard error."""
    if options.schema:
        return write_schema(Result, "jitctl check --json", SCHEMA)
    target, active = begin(options)
    code = _exit_code_of(lambda: run_program(target, lambda code, main: _before(active, code, main)))
    system = _router.backend.describe()
    findings = (*map(_judge, active.functions()), *_of_rules(active))
    bad = [one for one in findings if not one.passed]
    passed = not bad and code == 0
    with console(options, sys.stderr) as out:
        name = f"{system['implementation']} {system['version']}"
        out.data(Result(SCHEMA, passed, code, name, findings).to_dict())
        for one in findings:
            word = out.paint("ok  ", "green") if one.passed else out.paint("FAIL", "red")
            out.text(f"{word}  {one.place}: {one.hint} {one.name}: {one.reason}")
        if code:
            out.text(f"{out.paint('FAIL', 'red')}  the program ended with exit code {code}")
        functions = sum(one.what == "function" for one in findings)
        out.text(
            f"{functions} functions, {len(active.ruleset.rules)} rules: "
            + (f"{len(bad)} failed" if bad else "all in force")
        )
    of_functions = [one.code in _INCAPABLE for one in bad if one.what == "function"]
    if of_functions and all(of_functions):
        return Exit.UNSUPPORTED
    return Exit.DONE if passed else Exit.FAILED


#: codes of verdicts that speak of the interpreter, not of the function
_INCAPABLE = (
    _verdicts.NOOP,
    _verdicts.NO_JIT,
    _verdicts.NO_BACKEND,
    _verdicts.NO_EXTENSION,
    _verdicts.DISABLED,
    _verdicts.JIT_OFF,
)


def _before(active: "Active", code: CodeType, main: ModuleType) -> None:
    hint_program(active, code)
    _held.append(main)  # its functions are looked at when it has ended


_held: list[ModuleType] = []


def _exit_code_of(program: Any) -> int:
    try:
        return int(program())
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)
        return 1


def _judge(decided: "tuple[FunctionType, Rule]") -> Finding:
    function, rule = decided
    name = f"{function.__module__}:{function.__qualname__}"
    if rule.hint == "none":
        return Finding("function", name, rule.place, rule.hint, True, "none", "has no hint, as the rule asks")
    raw = _router.backend.record(function)
    if raw is None:
        return Finding("function", name, rule.place, rule.hint, False, "taken-back", "its hint was taken back")
    record = Record.read(raw, _router.backend)
    verdict = record.verdict
    compiled = record.tier is not None and any(region.valid for region in record.tier.regions)
    passed = compiled if rule.hint == "focus" else verdict.status in ("applied", "partial")
    if compiled and passed:
        reason = str(record.tier)
    else:
        why = "; ".join(map(str, record.unfriendly))
        reason = "; ".join(filter(None, [f"{verdict.code}: {verdict.message}", why, verdict.advice]))
    return Finding("function", name, rule.place, rule.hint, passed, verdict.code, reason)


def _of_rules(active: "Active") -> list[Finding]:
    found = [(rule, "matched-nothing", "the rule matched nothing") for rule in active.unmatched()]
    found += [(rule, "hidden", "an earlier rule decided all that this one matches") for rule in active.overruled()]
    found += [(rule, "idle", f"the rule {rule.idle()}") for rule in active.ruleset.rules if rule.idle()]
    return [
        Finding("rule", ", ".join(rule.match), rule.place, rule.hint, False, code, why) for rule, code, why in found
    ]
