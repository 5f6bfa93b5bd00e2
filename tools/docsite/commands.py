"""Writes the reference of the command line from its parsers, and the JSON schemas from what the commands print."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python"
NAME = "jitctl"


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Give the parser of every command, and of every action of a command, by what is typed: "jitctl backends list"."""
    # The parsers are read without starting a backend.
    os.environ["JITCTL_PURE_PYTHON"] = "1"
    if str(PACKAGE) not in sys.path:
        sys.path.insert(0, str(PACKAGE))
    top = argparse.ArgumentParser(prog=NAME)
    commands = top.add_subparsers(prog=NAME)
    known = import_module("jitctl._cli.parser").COMMANDS
    for module in known.values():
        import_module(f"jitctl._cli.{module}").add_parser(commands)
    return dict(_below(top, NAME))


def _below(parser: argparse.ArgumentParser, typed: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {one.dest: one.help for one in action._choices_actions}
            for name, child in action.choices.items():
                child.description = child.description or told.get(name)
                yield f"{typed} {name}", child
                yield from _below(child, f"{typed} {name}")


def commands_page() -> str:
    """Return a section for every command: what it does, how it is called, and its arguments."""
    return "\n".join(_section(typed, parser) for typed, parser in parsers().items())


def _section(typed: str, parser: argparse.ArgumentParser) -> str:
    lines = ["#" * (typed.count(" ") + 1) + f" {typed}", ""]
    if parser.description:
        lines += [_inline(parser.description), ""]
    shown = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    if any(isinstance(action, argparse._SubParsersAction) for action in shown):
        return "\n".join(lines)
    usage = argparse.HelpFormatter(typed, width=76)
    usage.add_usage(None, shown, parser._mutually_exclusive_groups, prefix="")
    lines += ["```text", usage.format_help().strip(), "```", "", "| argument | meaning |", "| --- | --- |"]
    lines += [f"| {_called(action)} | {_inline(_help(action))} |" for action in shown]
    return "\n".join(lines) + "\n"


def _called(action: argparse.Action) -> str:
    """Say how an argument is written, with the value that it takes."""
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    if isinstance(value, tuple):
        value = " ".join(value)
    if not action.option_strings:
        return f"`{value}`"
    suffix = "" if action.nargs == 0 else f" {value}"
    return ", ".join(f"`{name}{suffix}`" for name in action.option_strings).replace("|", "\\|")


def _help(action: argparse.Action) -> str:
    known = {"default": action.default, "choices": action.choices, "prog": NAME}
    return (action.help or "") % known if "%(" in (action.help or "") else (action.help or "").replace("%%", "%")


def _inline(text: str) -> str:
    """Keep a sentence from being read as markup, and show options as what is typed."""
    text = re.sub(r"(?<![`\w-])(--?\w[\w-]*)", r"`\1`", text)
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def schemas() -> dict[str, str]:
    """Return the JSON Schema of every command that has one, by the command that prints it."""
    env = {**os.environ, "PYTHONPATH": str(PACKAGE), "JITCTL_PURE_PYTHON": "1"}
    found = {}
    for typed, parser in parsers().items():
        if "--schema" in parser._option_string_actions:
            command = [sys.executable, "-m", *typed.split(), "--schema"]
            if "--json" in parser._option_string_actions:
                command.append("--json")
            found[f"{typed} --schema"] = _output(command, env)
    code = "import json, jitctl; print(json.dumps(jitctl.Stats.json_schema(), indent=2))"
    return found | {"Stats.json_schema()": _output([sys.executable, "-c", code], env)}


def _output(command: list[str], env: dict[str, str]) -> str:
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def schemas_page() -> str:
    """Return a section for every schema."""
    return "\n".join(f"## `{typed}`\n\n```json\n{text.strip()}\n```\n" for typed, text in schemas().items())
