"""A process of `jitctl tune`: runs the program, records arguments, and judges hints on functions when it has ended.

Arguments: a file with the order as JSON, and the file for the answer.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable
from types import CodeType, FunctionType, ModuleType

from .. import _router, _targets
from .._process.functions import all_functions
from .._rules import Ruleset, load
from .._rules.functions import name_of
from .._training.inference import rule
from .._tune import arguments
from .._tune.arguments import Recorder, always, key_of, of_user
from .._tune.judging import Hint, judge
from .._tune.rules_file import code_hash
from .._tune.twins import obstacle
from .program import Target, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .._tune.arguments import Samples

_HINTS = ("focus", "once")


def main(order_file: str, answer_file: str) -> None:
    """Do what the order says, and write the answer."""
    with open(order_file, encoding="utf-8") as file:
        order = json.load(file)
    answer = of_function(order) if order["function"] else of_program(order)
    with open(answer_file, "w", encoding="utf-8") as file:
        json.dump(answer, file)


def of_function(order: dict[str, Any]) -> dict[str, Any]:
    """Judge hints on one function, with the samples of the user."""
    name = order["function"]
    sys.path.insert(0, "")
    thing = found_by_name(name)
    functions, _ = _targets.resolve(thing, "tune")
    (function, *_) = functions
    reason = obstacle(function)
    samples = of_user(found_by_name(order["sample"]))
    answer: Any = reason or _judged(function, [Hint(**one) for one in order["hints"].get(name, [])], samples)
    return {"judged": {name: answer}, "functions": [_described("", function, reason, None, told=True)]}


def found_by_name(name: str) -> Any:
    """Import what ``package.module:name`` means. Raises ImportError or AttributeError."""
    module, _, qualname = name.partition(":")
    thing: Any = importlib.import_module(module)
    for part in qualname.split("."):
        thing = vars(thing)[part] if isinstance(thing, type) and part in vars(thing) else getattr(thing, part)
    return thing


def of_program(order: dict[str, Any]) -> dict[str, Any]:
    """Run the program; then tell which functions have hints, and judge those that are to be judged."""
    wanted = {name: (key[0], key[1], key[2]) for name, key in order["functions"].items()}
    recorder = Recorder(wanted.values())
    held: list[ModuleType] = []

    def before(_: CodeType, main: ModuleType) -> None:
        held.append(main)  # with its functions, until they have been judged
        recorder.start()

    try:
        code = run(Target(*order["target"]), before)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        recorder.stop()
    if code:
        raise SystemExit(f"the program ended with exit code {code}")
    functions = {key_of(one.__code__): one for one in all_functions()}
    ruleset = load(order["rules"])
    described = []
    judged: dict[str, Any] = {}
    for name, key in wanted.items():
        function = functions.get(key)
        recorded = recorder.found.get(key, [])
        reason = "it is made while the program runs, and is gone" if function is None else _why_not(function, recorded)
        described.append(_described(name, function, reason, ruleset))
        hints = [Hint(**one) for one in order["hints"].get(name, [])]
        if hints:
            judged[name] = _judged(function, hints, always(recorded)) if function and not reason else reason
    known = set(wanted.values())
    hinted = [_described("", one, "", ruleset) for key, one in functions.items() if key not in known]
    return {"judged": judged, "functions": [*described, *(one for one in hinted if one["rule"] or one["decorated"])]}


def _why_not(function: FunctionType, recorded: list[arguments.Arguments]) -> str:
    """Say why a function is not called again with what the program gave it; empty where it may be."""
    if not recorded:
        return "its arguments can be changed, so a call cannot be repeated"
    for one in recorded:
        effect = rule.obstacle(function, list(one), {})
        if effect:
            return f"calls of it may have effects: {effect}"
    return obstacle(function)


def _judged(function: FunctionType, hints: Iterable[Hint], samples: Samples) -> Any:
    try:
        return [judge(function, hint, samples).to_dict() for hint in hints]
    except Exception as error:
        return f"it raised {type(error).__name__}: {error}"


def _described(
    name: str, function: FunctionType | None, reason: str, ruleset: Ruleset | None, told: bool = False
) -> dict[str, Any]:
    """Tell what is known of a function: why it cannot be judged by itself, and which hints it has."""
    found: dict[str, Any] = {"name": name, "reason": reason, "rule": None, "decorated": None, "hash": "", "key": None}
    if function is None:
        return found
    code = function.__code__
    qualname = name_of(code, function.__qualname__)
    found["name"] = name or f"{function.__module__}:{qualname}"
    found["key"] = key_of(code)
    if ruleset is not None:
        decided, _ = ruleset.of_module(function.__module__ or "").decide(qualname)
        if decided is not None and decided.hint in _HINTS:
            found["rule"] = {"hint": decided.hint, "threshold": decided.options.get("threshold", 0)}
    record = _router.backend.record(function)
    if record is not None and record["hint"] in _HINTS:
        found["decorated"] = {"hint": record["hint"], "threshold": 0}
    if name or told or found["rule"] or found["decorated"]:
        found["hash"] = code_hash(code)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
