"""Small programs, run plain and hinted, each in a process of its own. Both must show the same."""

import importlib
import os
import re
import sys
import textwrap
import traceback
from dataclasses import dataclass

from forked import forked

import jitctl


@dataclass(frozen=True)
class Program:
    """Source, what to hint, what is run first, what changes then, and the expressions that are compared."""

    source: str
    calls: tuple
    hinted: str = "f"
    warm: tuple = ()
    change: str = ""
    verdict: str = "compiled"
    times: int = 12


def program(source, *calls, **more):
    """Describe a program; what warms it is its first call, unless said otherwise."""
    warm = more.pop("warm", calls[0])
    return Program(textwrap.dedent(source), calls, warm=(warm,) if isinstance(warm, str) else warm, **more)


def hostile():
    """Give a table of programs of which any verdict is right, and what adds one to it by name."""
    table = {}

    def add(name, source, *calls, **more):
        table[name] = program(source, *calls, verdict="any", **more)

    return table, add


def shown(value):
    """Give a value's type and repr, without addresses."""
    return f"{type(value).__name__} {re.sub('0x[0-9a-f]+', '@', repr(value))[:300]}"


def raised(error):
    """Give what an exception shows: lines and columns of its traceback, its cause and context."""
    found = []
    while error is not None:
        rows = [
            (one.name, one.lineno, one.end_lineno, one.colno, one.end_colno)
            for one in traceback.extract_tb(error.__traceback__)[1:]
        ]
        found.append((type(error).__name__, str(error), rows, type(error.__cause__).__name__))
        error = error.__context__
    return repr(found)


def outcome(expression, space):
    """Evaluate, and say what came of it."""
    try:
        return shown(eval(expression, space))
    except Exception as error:
        return raised(error)


def run(one, hint):
    """Run a program; give the outcomes of its calls, twice, and the verdicts."""
    space = {"__name__": "program"}
    exec(compile(one.source, "program.py", "exec"), space)
    functions = [eval(name, space) for name in one.hinted.split()]
    for function in functions if hint else ():
        jitctl.jit_focus(function, profile=False)  # no call in turn without machine code
    for _ in range(one.times):
        for expression in one.warm:
            outcome(expression, space)
    verdicts = [jitctl.stats(function).verdict.code for function in functions] if hint else []
    exec(one.change, space)
    return [outcome(expression, space) for _ in range(2) for expression in one.calls], verdicts


def apart(one, hint):
    """Run a program in a process of its own, which ends at once: what a program leaves behind is not what is tested."""
    found = forked(lambda: run(one, hint), os._exit)
    return found["told"] if "told" in found else [[str(found)], []]


def play(module):
    """Run all programs of a module both ways."""
    sys.setrecursionlimit(1000)
    # Imported by the first look at a verdict: once here, not in each process, which it costs more than its program.
    importlib.import_module("jitctl._stats")
    return {name: [apart(one, False), apart(one, True)] for name, one in module.PROGRAMS.items()}
