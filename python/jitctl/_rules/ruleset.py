"""All rules that hold for a process, in the order in which they are tried."""

from __future__ import annotations

import os

from .document import Document, read
from .errors import RulesError
from .rule import Rule, rule_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

#: names of rules files, in the order in which a folder is looked through
NAMES = ("jitctl.toml", "pyproject.toml")


class Ruleset:
    """The rules of some files, first match first, and the chain of backends that they ask for (empty: the usual)."""

    def __init__(self, files: tuple[str, ...], rules: tuple[Rule, ...], backend: str = "") -> None:
        """Hold what `load` read."""
        self.files = files
        self.rules = rules
        self.backend = backend
        #: the rules that hold on this interpreter today
        self.in_force = tuple(rule for rule in rules if not rule.idle())
        #: matches every module that a rule could match a function of
        self._modules = Matcher(one.partition(":")[0] for rule in self.in_force for one in rule.match)

    def concerns(self, module: str) -> bool:
        """Say whether a rule could match a function of this module."""
        return self._modules.matches(module)

    def of_module(self, module: str) -> ModuleRules:
        """Return the rules that could match a function of this module."""
        found = []
        for rule in self.in_force:
            parts = [one.partition(":") for one in rule.match]
            names = [name for of_module, _, name in parts if of_module == module or _fits(module, of_module)]
            if names:
                found.append((rule, Matcher(names)))
        return ModuleRules(found)


class Matcher:
    """Several patterns as one. Most have no wildcard: these need no regular expression, which takes long to make."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Take patterns as `fnmatch` has them."""
        unique = dict.fromkeys(patterns)
        self._names = {one for one in unique if not _WILD.intersection(one)}
        wild = [one for one in unique if one not in self._names]
        self._pattern = _compiled(wild) if wild else None

    def matches(self, name: str) -> bool:
        """Say whether one of them matches."""
        return name in self._names or (self._pattern is not None and self._pattern.match(name) is not None)


_WILD = frozenset("*?[")


# A program under `jitctl run` waits for these imports, so they are made only where a pattern has a wildcard.
def _compiled(patterns: list[str]) -> re.Pattern[str]:
    import re
    from fnmatch import translate

    return re.compile("|".join(map(translate, patterns)))


def _fits(name: str, pattern: str) -> bool:
    if _WILD.isdisjoint(pattern):
        return False
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)


class ModuleRules:
    """The rules for one module, ready to be asked about many functions."""

    def __init__(self, rules: list[tuple[Rule, Matcher]]) -> None:
        """Hold rules with what matches the qualified names they are for."""
        self._rules = rules

    def decide(self, qualname: str) -> tuple[Rule | None, list[Rule]]:
        """Return the rule that decides about a function, and the later ones that match it, too.

        A rule is for a function where it matches its qualified name or that of a class it is defined in.
        """
        names = list(_names(qualname))
        found = [rule for rule, matcher in self._rules if any(map(matcher.matches, names))]
        return (found[0] if found else None), found[1:]


def _names(qualname: str) -> Iterator[str]:
    """Give the name itself, then those of the classes around it: ``A.B.f``, ``A.B``, ``A``."""
    yield qualname
    while "." in qualname:
        qualname = qualname.rpartition(".")[0]
        if qualname.endswith("<locals>"):
            return
        yield qualname


def load(files: Iterable[str]) -> Ruleset:
    """Read rules files. Raises RulesError at the first mistake; then nothing of any file is used."""
    read_files, rules, backend = [], [], ""
    for file in files:
        document = read(file)
        if document is None:
            raise RulesError(file, None, "has no table [tool.jitctl]; expected one with rules")
        read_files.append(file)
        rules += _rules(document)
        backend = backend or _backend(document)
    return Ruleset(tuple(read_files), tuple(rules), backend)


def _rules(document: Document) -> list[Rule]:
    for key in document.table:
        if key not in ("rule", "backend"):
            raise document.error(f"there is no key {key!r} here; allowed: [[rule]], backend", key=key)
    raw = document.table.get("rule", [])
    if not isinstance(raw, list):
        raise document.error("rules are written as [[rule]], with two brackets", key="rule")
    return [rule_of(document, index, one) for index, one in enumerate(raw)]


def _backend(document: Document) -> str:
    value = document.table.get("backend", "")
    names = value.split(",") if isinstance(value, str) else [""]
    if value != "" and not all(name.strip() for name in names):
        raise document.error(
            f'backend must be names with commas, such as "compiler,native"; got {value!r}', key="backend"
        )
    return str(value)


def discovered(start: str) -> str | None:
    """Return the nearest rules file from a folder upwards; a `pyproject.toml` without a table of ours is skipped.

    Raises RulesError where a file on the way is no TOML.
    """
    folder = os.path.abspath(start)
    while True:
        for name in NAMES:
            file = os.path.join(folder, name)
            if os.path.isfile(file) and read(file) is not None:
                return file
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
