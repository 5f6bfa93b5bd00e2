"""The rules in force in this process: applies them to what is loaded and to what comes, and knows what each one did.

Precedence, the first that says something: JITCTL_DISABLE, rules, calls and decorators of the program.
"""

from __future__ import annotations

import sys
from types import CodeType, FunctionType, ModuleType
from weakref import WeakKeyDictionary

from .. import _router
from .functions import SEES_NESTED, name_of, nested, of_module
from .hook import Hook
from .rule import Rule
from .ruleset import Ruleset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Active:
    """A set of rules at work."""

    def __init__(self, ruleset: Ruleset, decorators: ModuleType) -> None:
        """Take the rules, and the module whose decorators they overrule; `start` applies them."""
        self._decorators = decorators
        self.ruleset = ruleset
        #: how many functions each rule decided, and matched where an earlier one had decided
        self.decided: dict[Rule, int] = dict.fromkeys(ruleset.rules, 0)
        self.shadowed: dict[Rule, int] = dict.fromkeys(ruleset.rules, 0)
        self._by_function: WeakKeyDictionary[FunctionType, Rule] = WeakKeyDictionary()
        self._by_code: dict[CodeType, Rule] = {}
        #: whether functions are seen when they are made: those of the program itself, nested ones, lambdas
        self.sees_made: bool = SEES_NESTED and _router.backend.describe()["extension"]
        self._hook = Hook(ruleset.concerns, lambda module: self.apply(vars(module), module.__name__))
        self._strategies = {name: _router.backend.get_strategy(name) for name in ("focus", "ignore", "once")}

    def start(self) -> None:
        """Apply the rules to the modules that are loaded, and from now on to each that is executed."""
        for name in self._strategies:
            setattr(self._decorators, f"_{name}", _Guard(self._strategies[name], self._by_function))
        self._hook.install()
        for name, module in list(sys.modules.items()):
            if isinstance(module, ModuleType) and self.ruleset.concerns(name) and name != "__main__":
                self.apply(vars(module), module.__name__)

    def stop(self) -> None:
        """Apply nothing from now on; hints that were given stay."""
        self._hook.remove()
        self._watch_codes({})
        for name, strategy in self._strategies.items():
            setattr(self._decorators, f"_{name}", strategy)

    def apply(self, namespace: dict[str, Any], module: str, called: str = "") -> None:
        """Apply the rules to the functions of a module that was executed.

        namespace: its globals; module: its ``__name__``; called: the name by which rules know it, where that differs.
        """
        rules = self.ruleset.of_module(called or module)
        later: dict[CodeType, Rule] = {}
        for qualname, function in of_module(namespace, module):
            rule, others = rules.decide(qualname)
            self._shadow(others)
            if rule is not None:
                self._give(function, rule)
            if not SEES_NESTED:
                continue
            for code in nested(function.__code__):
                inner, others = rules.decide(name_of(code))
                # A hint on a function is one on what is nested in it, so only another one has to be given.
                if inner is not None and inner is not rule:
                    later[code] = inner
                    self._shadow(others)
        self._watch_codes({**self._by_code, **later} if later else self._by_code)

    def apply_to_code(self, code: CodeType, module: str) -> None:
        """Apply the rules to code of a program that is about to run: functions get their hints when they are made."""
        rules = self.ruleset.of_module(module)
        found: dict[CodeType, Rule] = {}
        for one in nested(code):
            rule, others = rules.decide(name_of(one))
            if rule is not None:
                found[one] = rule
                self._shadow(others)
        self._watch_codes({**self._by_code, **found})

    def rule_of(self, function: Any) -> Rule | None:
        """Return the rule that decided about a function."""
        return self._by_function.get(function)

    def functions(self) -> list[tuple[FunctionType, Rule]]:
        """List the living functions that rules decided about, in the order in which they did."""
        return list(self._by_function.items())

    def unmatched(self) -> list[Rule]:
        """List the rules in force that matched no function so far."""
        return [rule for rule in self.ruleset.in_force if not self.decided[rule] and not self.shadowed[rule]]

    def overruled(self) -> list[Rule]:
        """List the rules of which every match had been decided by an earlier one."""
        return [rule for rule in self.ruleset.in_force if not self.decided[rule] and self.shadowed[rule]]

    def _shadow(self, rules: list[Rule]) -> None:
        for rule in rules:
            self.shadowed[rule] += 1

    def _give(self, function: FunctionType, rule: Rule) -> None:
        self.decided[rule] += self._by_function.get(function) is not rule
        self._by_function[function] = rule
        if rule.hint == "none":
            _router.backend.undo(function)
        else:
            self._strategies[rule.hint].apply(function, dict(rule.options) or None, "function")
            _router.backend.remark(function, f"asked for by the rule at {rule.place}")

    def _made(self, function: FunctionType) -> None:
        """Give a function that was just made the hint that its code waits for."""
        rule = self._by_code.pop(function.__code__, None)
        if rule is not None:
            self._give(function, rule)

    def _watch_codes(self, codes: dict[CodeType, Rule]) -> None:
        self._by_code = codes
        if self.sees_made:
            _router.backend.watch_made(list(codes), self._made if codes else None)


class _Guard:
    """Stands in front of a strategy while rules are in force: a function that a rule decided about keeps that hint."""

    def __init__(self, strategy: Any, decided: WeakKeyDictionary[FunctionType, Rule]) -> None:
        self._strategy = strategy
        self._decided = decided
        self.hint = strategy.hint

    def apply(self, function: Any, *arguments: Any) -> Any:
        return function not in self._decided and self._strategy.apply(function, *arguments)

    def note(self, *arguments: Any) -> None:
        self._strategy.note(*arguments)
