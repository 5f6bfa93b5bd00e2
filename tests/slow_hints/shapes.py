"""Shapes of functions that a JIT finds hard: files in `hard/` with a function `f` and the `ARGUMENTS` of its calls."""

from __future__ import annotations

import ast
from pathlib import Path

HARD = Path(__file__).resolve().parent / "hard"


def _arguments(source: str) -> str:
    """Give the text of what a shape's `ARGUMENTS` are."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "ARGUMENTS":
            return ast.unparse(statement.value)
    raise ValueError("a shape without ARGUMENTS")


def _read() -> dict[str, tuple[str, str]]:
    """Read all files."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HARD.glob("*.py"))}
    return {name: (source, _arguments(source)) for name, source in sources.items()}


#: name -> (source, arguments)
SHAPES = _read()

#: a body with more branches than one trace can hold
_BRANCHES = "".join(
    f"        if i % {k + 2}: a = (a + b * {k}) & 1023\n        else: c = (c ^ a) + {k}\n" for k in range(25)
)
SHAPES["long_body"] = (
    f"def f(n):\n    a = b = c = 1\n    for i in range(n):\n{_BRANCHES}    return a + b + c\n",
    "(100,)",
)
