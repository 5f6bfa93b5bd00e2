"""``jitctl run``: runs a program with rules applied from outside.

Processes that the program starts follow by their environment: they inherit ``JITCTL_HINTS``, and a folder in PYTHONPATH
with a `sitecustomize` that reads it.
"""

from __future__ import annotations

import atexit
import os
import sys
from types import CodeType, ModuleType, SimpleNamespace

from .. import _router
from .exits import UsageError
from .program import Target, target_of
from .program import run as run_program

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

    from .._rules import Active

_SITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "site")
#: what ``--jit`` sets; None takes a variable away
_JIT: dict[str, dict[str, str | None]] = {
    "on": {"PYTHON_JIT": "1", "JITCTL_OPT_IN": None},
    "off": {"PYTHON_JIT": "0", "JITCTL_OPT_IN": "0"},
    "hinted": {"PYTHON_JIT": None, "JITCTL_OPT_IN": "1"},
}


def add_parser(commands: Any) -> None:
    """Add ``run``."""
    parser = commands.add_parser(
        "run",
        help="run a program with the hints of a rules file",
        description="Run a program with rules applied from outside, without an edit of it. What follows the target "
        "belongs to the program. The exit code is the program's own.",
    )
    add_rules_option(parser)
    parser.add_argument(
        "--jit", choices=sorted(_JIT), help="CPython's own JIT: on for all code, off, or for hinted code only"
    )
    parser.add_argument("--record", metavar="FILE", help="sample the run, and write what came of it as JSON")
    parser.add_argument("--report", metavar="PAGE", help="sample the run, and write what came of it as one HTML page")
    parser.add_argument("--schema", action="store_true", help="write the JSON Schema of --record instead")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="say nothing of a start anew, nor of rules that matched nothing"
    )
    add_target(parser)
    parser.set_defaults(run=run)


def add_rules_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--hints``."""
    parser.add_argument(
        "--hints",
        metavar="FILE",
        action="append",
        help="rules file; may be repeated. Default: JITCTL_HINTS, else the nearest jitctl.toml, or pyproject.toml with "
        "[tool.jitctl], from the current folder upwards",
    )


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add the program and its arguments."""
    parser.add_argument("-m", dest="is_module", action="store_true", help="TARGET is the name of a module")
    parser.add_argument("target", nargs="...", metavar="TARGET ...", help="the program, and its arguments")


def plain(words: Sequence[str]) -> Any:
    """Return what the parser makes of these words, where they have no options but these; else None."""
    hints: list[str] = []
    quiet = is_module = False
    rest = list(words)
    while rest and not is_module and rest[0].startswith("-"):
        word = rest.pop(0)
        if word in ("-q", "--quiet"):
            quiet = True
        elif word == "-m":
            is_module = True
        elif word == "--hints" and rest and not rest[0].startswith("-"):
            hints.append(rest.pop(0))
        elif word.startswith("--hints="):
            hints.append(word.partition("=")[2])
        else:
            return None
    if not rest or rest[0].startswith("-"):
        return None
    return SimpleNamespace(
        run=run,
        hints=hints or None,
        jit=None,
        record=None,
        report=None,
        schema=False,
        quiet=quiet,
        is_module=is_module,
        target=rest,
    )


def rules_files(options: argparse.Namespace) -> list[str]:
    """Return the rules files that are meant. Raises UsageError where one is wrong or there is none."""
    from .._rules import RulesError, discovered

    given = options.hints or _router.settings.hints
    if given:
        return [os.path.abspath(one) for one in given]
    try:
        found = discovered(os.getcwd())
    except RulesError as error:
        raise UsageError(str(error)) from None
    if found is None:
        raise UsageError(
            "no rules: no jitctl.toml here or above; give --hints FILE (`jitctl tune` and `jitctl find -o` write one)"
        )
    return [found]


def run(options: argparse.Namespace) -> int:
    """Run the program with the rules in force."""
    if options.schema:
        from .recorder import print_schema

        return print_schema()
    target, active = begin(options)
    if not (options.record or options.report):
        return run_program(target, lambda code, _: _before(active, code, options.quiet))
    from .recorder import Recorder

    recorder = Recorder(target.words, options.record, options.report)

    def before(code: CodeType, main: ModuleType) -> None:
        # What is registered first runs last: after everything that the program does at its end.
        recorder.start(main)
        _before(active, code, options.quiet)

    return recorder.follow(lambda: run_program(target, before))


def _before(active: Active, code: CodeType, quiet: bool) -> None:
    hint_program(active, code)
    if not quiet:
        atexit.register(_tell, active, os.getpid())


def begin(options: argparse.Namespace) -> tuple[Target, Active]:
    """Put the rules in force, here and for processes to come; return the program, not run yet, and the rules.

    Raises UsageError. Where something can only be set at start-up, the interpreter starts anew: no return.
    """
    from .. import _rules

    target = target_of(options.is_module, options.target)
    files = rules_files(options)
    try:
        ruleset = _rules.load(files)
    except _rules.RulesError as error:
        raise UsageError(str(error)) from None
    _start_anew_for(_at_start_only(ruleset.backend, getattr(options, "jit", None)), getattr(options, "quiet", False))
    os.environ["JITCTL_HINTS"] = os.pathsep.join(files)
    os.environ["PYTHONPATH"] = os.pathsep.join([_SITE, *filter(None, [os.environ.get("PYTHONPATH", "")])])
    return target, _rules.replace(ruleset, sys.modules["jitctl"])


def begin_if_rules(options: argparse.Namespace) -> tuple[Target, Active | None]:
    """Do what `begin` does where there are rules; without any, the program runs as it is."""
    from .._rules import RulesError, discovered

    try:
        found = options.hints or _router.settings.hints or discovered(os.getcwd())
    except RulesError as error:
        raise UsageError(str(error)) from None
    return begin(options) if found else (target_of(options.is_module, options.target), None)


def hint_program(active: Active, code: CodeType) -> None:
    """Have functions of the program itself get their hints when they are made."""
    if active.ruleset.concerns("__main__"):
        active.apply_to_code(code, "__main__")


def start_anew_for_rules(files: list[str]) -> None:
    """Start the interpreter anew where rules files ask for another chain of backends; else return."""
    from .. import _rules

    _start_anew_for(_at_start_only(_rules.load(files).backend, None), quiet=False)


def _at_start_only(backend: str, jit: str | None) -> dict[str, str | None]:
    """Return the variables that have to be set before the interpreter starts, and are not yet."""
    wanted: dict[str, str | None] = dict(_JIT[jit]) if jit else {}
    if backend and not _router.settings.backend:
        wanted["JITCTL_BACKEND"] = backend
    return {name: value for name, value in wanted.items() if os.environ.get(name) != value}


def _start_anew_for(variables: dict[str, str | None], quiet: bool) -> None:
    """Start the interpreter anew with these variables; return where there are none to set."""
    if not variables:
        return
    shown = ", ".join(f"{name}={value}" if value is not None else f"no {name}" for name, value in variables.items())
    if not quiet:
        print(f"jitctl: starts Python anew with {shown}", file=sys.stderr, flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in variables}
    environment |= {name: value for name, value in variables.items() if value is not None}
    # The words behind the interpreter's own, as they were given.
    words = sys.orig_argv[1:]
    os.execve(sys.executable, [sys.executable, *words], environment)


def _tell(active: Active, process: int) -> None:
    """Say at the end of the program which rules did nothing; a forked child says nothing."""
    if os.getpid() != process:
        return
    for rule in active.unmatched():
        unseen = not active.sees_made and any(one.startswith("__main__:") for one in rule.match)
        why = "; functions of the program itself are seen on CPython 3.12 and later only" if unseen else ""
        print(f"jitctl: {rule.place}: the rule matched nothing: {', '.join(rule.match)}{why}", file=sys.stderr)
    for rule in active.overruled():
        print(f"jitctl: {rule.place}: an earlier rule decided all that this one matches", file=sys.stderr)
    for rule in active.ruleset.rules:
        if rule.idle():
            print(f"jitctl: {rule.place}: the rule {rule.idle()}", file=sys.stderr)
