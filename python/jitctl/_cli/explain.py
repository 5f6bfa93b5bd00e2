"""``jitctl explain``: everything that is known of one function, after a program ran or as it is when imported."""

import argparse
import importlib
import sys
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .. import _targets
from .._process.explain import Explanation, explain_function
from .._process.functions import all_functions
from .._rules.functions import name_of
from .._stats.plain import Plain
from .console import add_output_options, add_schema_option, console, write_schema
from .exits import Exit, UsageError
from .program import run as run_program
from .run import add_rules_option, add_target, begin_if_rules, hint_program

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1
_BETWEEN = {"--source": "source", "--json": "json", "--quiet": "quiet"}


def add_parser(commands: Any) -> None:
    """Add ``explain``."""
    parser = commands.add_parser(
        "explain",
        help="tell everything that is known of one function",
        description="Tell which rule decided about a function, its hint, verdict and state, compiled regions with "
        "guards and exits by line, and what to try. With a program, that is run first, with the rules in force; "
        "without one, the function's module is imported.",
    )
    parser.add_argument("function", metavar="MODULE:NAME", nargs="?", help="the function; __main__:NAME of a program")
    parser.add_argument("--source", action="store_true", help="add its source, with what is known beside each line")
    add_rules_option(parser)
    add_schema_option(parser)
    add_output_options(parser)
    add_target(parser)
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``explain --json`` gives; ``exit_code`` is that of the program, None without one."""

    schema: int
    exit_code: int | None
    function: Explanation


def run(options: argparse.Namespace) -> int:
    """Run the program where there is one, and explain the function."""
    if options.schema:
        return write_schema(Result, "jitctl explain --json", SCHEMA)
    name = options.function or ""
    if not all(name.partition(":")):
        raise UsageError(f"expected a function as MODULE:NAME; got {name!r}")
    while options.target[:1] and options.target[0] in _BETWEEN:  # they may stand behind the function, too
        setattr(options, _BETWEEN[options.target.pop(0)], True)
    code: int | None = None
    held: list[ModuleType] = []
    if options.target:
        target, active = begin_if_rules(options)

        def before(code: CodeType, main: ModuleType) -> None:
            held.append(main)
            if active is not None:
                hint_program(active, code)

        try:
            code = run_program(target, before)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    function = find(name, is_run=bool(options.target))
    found = explain_function(function)
    with console(options, sys.stderr if options.target else sys.stdout) as out:
        out.data(Result(SCHEMA, code, found).to_dict())
        out.text(found.text(out.width))
        if options.source:
            out.text(f"\n{found.source()}")
        if code:
            out.text(f"\nthe program ended with exit code {code}")
    return Exit.DONE


def find(name: str, is_run: bool) -> FunctionType:
    """Find a function by ``module:qualname``. Raises UsageError where there is none."""
    module, _, qualname = name.partition(":")
    if not is_run:
        sys.path.insert(0, "")
        try:
            importlib.import_module(module)
        except ImportError as error:
            raise UsageError(f"cannot import {module}: {error}") from None
    thing: Any = sys.modules.get(module)
    for part in qualname.split("."):
        thing = vars(thing).get(part) if thing is not None and hasattr(thing, "__dict__") else None
    if thing is not None:
        try:
            functions: list[FunctionType] = _targets.resolve(thing, "explain")[0]
        except TypeError as error:
            raise UsageError(f"{name}: {error}") from None
        if len(functions) == 1:
            return functions[0]
    for function in all_functions():  # one that another made
        if function.__module__ == module and name_of(function.__code__, function.__qualname__) == qualname:
            return function
    where = "when the program had ended" if is_run else f"in {module}; give a program that makes it"
    raise UsageError(f"there is no function {qualname} {where}")
