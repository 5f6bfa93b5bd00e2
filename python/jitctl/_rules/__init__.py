"""Rules: hints for a program and for what it uses, in a file beside it, without an edit.

`document` reads TOML; `rule` and `ruleset` check it and decide which rule is for which function; `functions` finds
those of a module; `hook` sees modules come; `active` applies. `jitctl.rules` is the public part.
"""

from types import ModuleType

from .active import Active
from .errors import RulesError
from .rule import Rule
from .ruleset import Ruleset, discovered, load

__all__ = ["Active", "Rule", "RulesError", "Ruleset", "active", "discovered", "end", "load", "replace"]

#: the rules in force in this process
active: Active | None = None


def replace(ruleset: Ruleset, decorators: ModuleType) -> Active:
    """Put these rules in force in place of those that are.

    decorators: the package itself, whose decorators the rules overrule.
    """
    global active
    end()
    active = Active(ruleset, decorators)
    active.start()
    return active


def end() -> None:
    """End the rules that are in force. Hints that were given stay."""
    global active
    if active is not None:
        active.stop()
    active = None
