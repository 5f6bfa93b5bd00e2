"""Which file of ours imports which: read from the text of Rust modules and Python files, without running them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path


def graph(folder: Path) -> dict[str, set[str]]:
    """Return, for each source file below `folder`, the files of it that it imports; names are relative to it."""
    rust = {file.relative_to(folder).as_posix() for file in folder.rglob("*.rs")}
    python = {file.relative_to(folder).as_posix() for file in folder.rglob("*.py")}
    found = {name: set(_of_rust(folder, name, rust)) - {name} for name in rust}
    return found | {name: set(_of_python(folder, name, python)) - {name} for name in python}


def _of_python(folder: Path, name: str, there: set[str]) -> Iterator[str]:
    package = Path(name).parent.parts
    for node in ast.walk(ast.parse((folder / name).read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            base = package[: len(package) - node.level + 1]
        elif (node.module or "").split(".")[0] == folder.name:
            base = ()
        else:
            continue
        module = (node.module or "").split(".")[0 if node.level else 1 :] if node.module else []
        for alias in node.names:
            yield from _file([*base, *module], alias.name, there)


def _file(parts: list[str], name: str, there: set[str]) -> Iterator[str]:
    """Find the file that `from parts import name` reads: a module of that name, or the package itself."""
    for place in ([*parts, name], parts):
        for file in ("/".join(place) + ".py", "/".join([*place, "__init__.py"])):
            if file in there:
                yield file
                return


def _of_rust(folder: Path, name: str, there: set[str]) -> Iterator[str]:
    text = re.sub(r"//.*", "", (folder / name).read_text(encoding="utf-8"))
    text = text.partition("#[cfg(test)]")[0]
    here = list(Path(name).with_suffix("").parts)
    if here[-1] in ("mod", "lib"):
        here = here[:-1]
    for root, rest in re.findall(r"\b(crate|super|self)((?:::super)*::(?:\w+|\{)[\w:{},\s*]*)", text):
        base = [] if root == "crate" else here if root == "self" else here[:-1]
        while rest.startswith("::super"):
            base, rest = base[:-1], rest[len("::super") :]
        for path in _expanded(rest.lstrip(":")):
            yield from _module([*base, *path], there)


def _expanded(text: str) -> Iterator[list[str]]:
    """Go through the paths that `a::{b, c::{d, e}}` stands for; what follows the path is not looked at."""
    head = re.match(r"[\w:]*", text)
    prefix = [part for part in (head[0] if head else "").split("::") if part]
    rest = text[len(head[0]) if head else 0 :]
    if not rest.startswith("{"):
        yield prefix
        return
    depth, item = 0, ""
    for letter in rest:
        depth += (letter == "{") - (letter == "}")
        if depth == 0 or (depth == 1 and letter in ",{"):
            if item.strip():
                yield from ([*prefix, *path] for path in _expanded(item.strip()))
            item = ""
            if depth == 0:
                return
        else:
            item += letter


def _module(parts: list[str], there: set[str]) -> Iterator[str]:
    """Find the file of the longest part of a path that is a module."""
    for length in range(len(parts), 0, -1):
        for file in ("/".join(parts[:length]) + ".rs", "/".join([*parts[:length], "mod.rs"])):
            if file in there:
                yield file
                return


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of files that reach each other (Tarjan's strongly connected components), sorted."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(one: str) -> None:
        index[one] = low[one] = len(index)
        stack.append(one)
        for other in sorted(edges[one]):
            if other not in index:
                visit(other)
            if other in stack:
                low[one] = min(low[one], low[other])
        if low[one] == index[one]:
            group = stack[stack.index(one) :]
            del stack[stack.index(one) :]
            if len(group) > 1:
                found.append(sorted(group))

    for one in sorted(edges):
        if one not in index:
            visit(one)
    return sorted(found)


def rooms(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return which folders and files at the top import which others of them."""
    found: dict[str, set[str]] = {}
    for one, others in edges.items():
        room = one.partition("/")[0]
        found.setdefault(room, set()).update(other.partition("/")[0] for other in others)
        found[room].discard(room)
    return found
