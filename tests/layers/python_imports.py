"""Which files of a Python package import which others, also inside functions."""

import ast
from collections.abc import Iterator
from pathlib import Path


def named(package: Path) -> dict[str, set[str]]:
    """Give the imports by the files' paths below the package's folder."""
    files = {_module(package, file): file for file in sorted(package.rglob("*.py"))}
    name = {module: file.relative_to(package).as_posix() for module, file in files.items()}
    found: dict[str, set[str]] = {}
    for module, file in files.items():
        inside = module if file.name == "__init__.py" else module.rpartition(".")[0]
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imports = {_known(one, files) for node in ast.walk(tree) for one in _imported(node, inside)}
        found[name[module]] = {name[one] for one in imports if one and one != module}
    return found


def _module(package: Path, file: Path) -> str:
    parts = file.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (f"{alias.name}." for alias in node.names)  # a module, never a name in one
    elif isinstance(node, ast.ImportFrom):
        start = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*start, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _known(name: str, files: dict[str, Path]) -> str | None:
    """Give the module of that name, or the one that defines the name; None for what is not of this package."""
    return next((one for one in (name, name.rpartition(".")[0]) if one in files), None)
