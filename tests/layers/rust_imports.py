"""Which files of a Rust crate use which others: read from their text, by the paths in `use` and in expressions."""

import re
from pathlib import Path

Module = tuple[str, ...]

_USE = re.compile(r"(pub(?:\([^)]*\))?\s+)?\buse\s+([^;]+);")
_INLINE = re.compile(r"(?<![\w:])(?:crate|self|super)(?:::\w+)+")
_MACRO = re.compile(r"#\[macro_export\]\s*macro_rules!\s+(\w+)")


def _code(text: str) -> str:
    """Leave out comments, texts, and modules that exist for tests only."""
    text = re.sub(
        r'r(#+)".*?"\1|//[^\n]*|"(?:\\.|[^"\\])*"', lambda m: "" if m[0].startswith("//") else '""', text, flags=re.S
    )
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    while found := re.search(r"#\[cfg\(test\)\]\s*mod\s+\w+\s*\{", text):
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[: found.start()] + text[end:]
    return text


def _paths(tree: str) -> list[tuple[list[str], str]]:
    """Expand the tree of a `use`: each path with the name that it gives here."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace < 0:
        path, _, alias = tree.partition(" as ")
        parts = [part.strip() for part in path.split("::") if part.strip()]
        if parts and parts[-1] == "self":
            parts.pop()
        return [(parts, alias.strip() or (parts[-1] if parts else ""))]
    prefix = [part.strip() for part in tree[:brace].split("::") if part.strip()]
    found, depth, start = [], 0, brace + 1
    for position in range(brace, len(tree)):
        depth += {"{": 1, "}": -1}.get(tree[position], 0)
        if (tree[position] == "," and depth == 1) or (tree[position] == "}" and depth == 0):
            part = tree[start:position]
            if part.strip():
                found += [([*prefix, *path], name or prefix[-1]) for path, name in _paths(part)]
            start = position + 1
    return found


class Crate:
    """The modules of a crate and what they import."""

    def __init__(self, source: Path) -> None:
        """Read all files below `source`."""
        self.files: dict[Module, Path] = {}
        for file in sorted(source.rglob("*.rs")):
            parts = file.relative_to(source).with_suffix("").parts
            self.files[parts[:-1] if parts[-1] in ("lib", "mod") else parts] = file
        code = {module: _code(file.read_text(encoding="utf-8")) for module, file in self.files.items()}
        self._macros = {name: module for module, text in code.items() for name in _MACRO.findall(text)}
        self._names: dict[Module, dict[str, list[str]]] = {module: {} for module in code}
        uses: dict[Module, list[tuple[bool, list[str]]]] = {module: [] for module in code}
        for module, text in code.items():
            for public, tree in _USE.findall(text):
                for path, name in _paths(tree):
                    self._names[module][name] = path
                    uses[module].append((bool(public), path))
        self.imports: dict[Module, set[Module]] = {}
        for module, text in code.items():
            found = {self._resolve(module, path) for public, path in uses[module] if not public}
            rest = _USE.sub("", text)
            inline = [path.split("::") for path in _INLINE.findall(rest)]
            children = "|".join(child[-1] for child in self.files if child and child[:-1] == module)
            if children:
                inline += [[name, "_"] for name in re.findall(rf"(?<![\w:.])({children})::\w", rest)]
            found |= {self._resolve(module, path) for path in inline}
            self.imports[module] = {one for one in found if one is not None and one != module}

    def _resolve(self, module: Module, path: list[str], depth: int = 0) -> Module | None:
        """Find the module that defines the thing at the path, through what others hand on; None: another crate's."""
        here, rest = module, list(path)
        if rest and rest[0] == "crate":
            here, rest = (), rest[1:]
        elif rest and rest[0] in ("self", "super"):
            while rest and rest[0] in ("self", "super"):
                here = here[:-1] if rest.pop(0) == "super" else here
        elif not rest or (*here, rest[0]) not in self.files:
            return None
        while rest and (*here, rest[0]) in self.files:
            here, rest = (*here, rest[0]), rest[1:]
        if not rest or depth > 8:
            return here
        if not here and rest[0] in self._macros:
            return self._macros[rest[0]]
        handed_on = self._names[here].get(rest[0])
        if handed_on is None:
            return here
        return self._resolve(here, [*handed_on, *rest[1:]], depth + 1) or here

    def named(self) -> dict[str, set[str]]:
        """Give the imports by the files' paths below the source folder."""
        source = self.files[()].parent
        name = {module: file.relative_to(source).as_posix() for module, file in self.files.items()}
        return {name[module]: {name[one] for one in found} for module, found in self.imports.items()}
