"""Makes a failing case small: fewer steps, fewer statements, simpler expressions, as long as it fails alike."""

from __future__ import annotations

import ast
import copy
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

Case = dict[str, Any]
Test = Callable[[Case], bool]


class Shrinker:
    """Tries smaller cases until none fails, or the time is up."""

    def __init__(self, case: Case, fails: Test, seconds: float) -> None:
        self.best = case
        self.fails = fails
        self.end = time.monotonic() + seconds
        self.tried = 0

    def run(self) -> Case:
        """Give the smallest case found."""
        before = None
        while before != size(self.best) and not self.over():
            before = size(self.best)
            self._lists(("script",))
            for number in range(len(self.best["hooks"])):
                self._lists(("hooks", number, "steps"))
            self._steps()
            self._source()
        return self.best

    def over(self) -> bool:
        """Say whether the time is up."""
        return time.monotonic() > self.end

    def keep(self, candidate: Case) -> bool:
        """Keep a candidate if it still fails."""
        if self.over():
            return False
        self.tried += 1
        if not self.fails(candidate):
            return False
        self.best = candidate
        return True

    def _lists(self, path: tuple[Any, ...]) -> None:
        """Leave out steps, many at a time first."""

        def at(case: Case) -> list[Any]:
            found: Any = case
            for key in path:
                found = found[key]
            return found  # type: ignore[no-any-return]

        width = max(1, len(at(self.best)) // 2)
        while width:
            start = 0
            while start < len(at(self.best)):
                candidate = copy.deepcopy(self.best)
                del at(candidate)[start : start + width]
                if not self.keep(candidate):
                    start += width
            width //= 2

    def _steps(self) -> None:
        """Simplify steps: fewer calls, no options, no threads."""
        for number, step in enumerate(self.best["script"]):
            changes: list[dict[str, Any]] = []
            if step.get("times", 1) > 1:
                changes += [{"times": n} for n in (1, 2, 4, 8, 20, 60) if n < step["times"]]
            if step.get("options"):
                changes += [{"options": {}}]
                changes += [
                    {"options": {k: v for k, v in step["options"].items() if k != key}} for key in step["options"]
                ]
            for inside in ("calls", "hints", "steps"):
                for k in range(len(step.get(inside, ()))):
                    changes += [{inside: step[inside][:k] + step[inside][k + 1 :]}]
            for change in changes:
                candidate = copy.deepcopy(self.best)
                if number < len(candidate["script"]):
                    candidate["script"][number].update(change)
                    if self.keep(candidate):
                        break

    def _source(self) -> None:
        """Simplify the program; what no longer fails, or no longer runs, is not kept."""
        position = 0
        try:
            ast.parse(self.best["source"])
        except SyntaxError:  # in the syntax of a newer Python than the one that shrinks
            return
        while not self.over():
            for number, tree in enumerate(smaller(ast.parse(self.best["source"]), position)):
                try:
                    source = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        compile(source, "<smaller>", "exec")
                except (SyntaxError, ValueError, AttributeError, TypeError, RecursionError):
                    continue
                if source != self.best["source"] and self.keep({**self.best, "source": source}):
                    position += number
                    break
            else:
                return


def size(case: Case) -> int:
    """Say how large a case is."""
    return len(case["source"]) + 20 * sum(1 + len(str(step)) for step in [*case["script"], *case["hooks"]])


BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def smaller(tree: ast.Module, skip: int) -> Iterator[ast.Module]:
    """Give variants of a program, the boldest first: without statements, without the heads of blocks, simpler values.

    `skip` variants were tried before a smaller program was found; these are not tried first again.
    """
    edits = list(_edits(tree))
    for index in [*range(min(skip, len(edits)), len(edits)), *range(min(skip, len(edits)))]:
        path, change = edits[index]
        candidate = copy.deepcopy(tree)
        if _apply(candidate, path, change):
            yield candidate


Path = tuple[Any, ...]


def _edits(tree: ast.Module) -> Iterator[tuple[Path, tuple[Any, ...]]]:
    nodes = list(_walk(tree, ()))
    for path, node in nodes:
        for field in BLOCKS:
            block = getattr(node, field, None)
            if isinstance(block, list) and block:
                width = len(block)
                while width:
                    for start in range(0, len(block), width):
                        yield path, ("cut", field, start, start + width)
                    width //= 2
    for path, node in nodes:
        if isinstance(node, (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith)):
            yield path, ("open",)
    for path, node in nodes:
        if isinstance(node, (ast.If, ast.IfExp, ast.While)) and not isinstance(node.test, ast.Constant):
            yield path, ("set", "test", ast.Constant(True))
        if isinstance(node, ast.expr) and not isinstance(node, (ast.Constant, ast.Name)):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield path, ("become", copy.deepcopy(child))
            yield path, ("become", ast.Constant(1))
        elif isinstance(node, ast.Constant) and node.value not in (0, 1, "", None, True, False):
            yield path, ("become", ast.Constant(1))


def _walk(node: ast.AST, path: Path) -> Iterator[tuple[Path, ast.AST]]:
    yield path, node
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            for k, one in enumerate(value):
                if isinstance(one, ast.AST):
                    yield from _walk(one, (*path, (name, k)))
        elif isinstance(value, ast.AST):
            yield from _walk(value, (*path, (name, None)))


def _get(tree: ast.AST, path: Path) -> Any:
    found: Any = tree
    for name, k in path:
        found = getattr(found, name) if k is None else getattr(found, name)[k]
    return found


def _put(tree: ast.AST, path: Path, value: Any) -> None:
    name, k = path[-1]
    holder = _get(tree, path[:-1])
    if k is None:
        setattr(holder, name, value)
    else:
        getattr(holder, name)[k] = value


def _apply(tree: ast.Module, path: Path, change: tuple[Any, ...]) -> bool:
    what, *more = change
    node = _get(tree, path)
    if what == "cut":
        field, start, end = more
        block = getattr(node, field)
        del block[start:end]
        if not block and field == "body" and not isinstance(node, ast.Module):
            block.append(ast.Pass())
        if isinstance(node, ast.Try) and not node.handlers and not node.finalbody:
            return False
    elif what == "open":
        name, k = path[-1]
        holder = getattr(_get(tree, path[:-1]), name)
        holder[k : k + 1] = node.body
    elif what == "set":
        setattr(node, more[0], more[1])
    elif what == "become":
        _put(tree, path, more[0])
    return True
