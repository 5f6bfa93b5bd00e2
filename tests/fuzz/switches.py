"""The switches: what changes in the process, or in the program, while hints are in force.

Each takes the world (see world.py) and its step. What a switch changes in the process is put back by `World.end`.
"""

from __future__ import annotations

import builtins
import gc
import sys
import time
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from world import World

Step = dict[str, Any]


def collect(world: World, step: Step) -> None:
    """Collect garbage, or have it collected all the time."""
    if step["threshold"]:
        gc.set_threshold(step["threshold"])
    else:
        gc.collect()


def gc_enable(world: World, step: Step) -> None:
    (gc.enable if step["on"] else gc.disable)()


def freeze(world: World, step: Step) -> None:
    (gc.freeze if step["on"] else gc.unfreeze)()
    world.frozen = True


def settrace(world: World, step: Step) -> None:
    world.observers.settrace(step["on"], step["how"])


def setprofile(world: World, step: Step) -> None:
    world.observers.setprofile(step["on"], step["how"])


def monitoring(world: World, step: Step) -> None:
    codes = [one.__code__ for one in world.functions()]
    world.observers.monitoring(step["on"], step["how"], codes)


def set_global(world: World, step: Step) -> None:
    world.names[step["g"]] = eval(step["value"])


def shadow(world: World, step: Step) -> None:
    """Put a name before a builtin's, or take it away again."""
    if step["g"] in world.names:
        del world.names[step["g"]]
    else:
        world.names[step["g"]] = eval(step["value"])


def builtin(world: World, step: Step) -> None:
    """Add or remove a builtin, or replace one by something that does the same."""
    how = step["how"]
    if how == "new":
        builtins.fuzz_new = 1  # type: ignore[attr-defined]
    elif how == "gone":
        vars(builtins).pop("fuzz_new", None)
    else:
        old = world.builtins[how]
        setattr(builtins, how, (lambda *a: old(*a)) if getattr(builtins, how) is old else old)


def change_class(world: World, step: Step) -> None:
    """Change attributes and methods of the program's classes."""
    a, b, c = (world.names.get(name) for name in "ABC")
    if not (a and b and c):
        return
    how = step["how"]
    if how == "attribute":
        a.y = 9
        a.extra = 4
    elif how == "method":
        a.m = lambda self, q: q + 40
    elif how == "swap" and "m" in vars(a) and "m" in vars(b):
        a.m, b.m = vars(b)["m"], vars(a)["m"]
    elif how == "slot":
        a.x = 3 if not isinstance(vars(a).get("x"), int) else property(lambda self: 8, lambda self, v: None)
    elif how == "delete" and "m" in vars(c):
        del c.m


def retype(world: World, step: Step) -> None:
    """Give the program's state values of other types."""
    world.names["STATE"].update(n=1.5, a="one", b=None)
    world.names["G0"], world.names["G1"] = 2.5, 2


def code(world: World, step: Step) -> None:
    """Assign `__code__`: another function's, or a copy of its own."""
    function, other = world.function(step["f"]), world.function(step["other"])
    if function is None or other is None:
        return
    if function is other or len(function.__code__.co_freevars) != len(other.__code__.co_freevars):
        function.__code__ = function.__code__.replace()
    else:
        function.__code__ = other.__code__


def rebind(world: World, step: Step) -> None:
    """Give a name of the module to another function."""
    if world.function(step["other"]) is not None:
        world.names[step["f"]] = world.names[step["other"]]


def clone(world: World, step: Step) -> None:
    """Replace a function by a twin that shares its code object."""
    old = world.function(step["f"])
    if old is not None:
        new = types.FunctionType(old.__code__, old.__globals__, old.__name__, old.__defaults__, old.__closure__)
        new.__kwdefaults__ = old.__kwdefaults__
        world.names[step["f"]] = new


def defaults(world: World, step: Step) -> None:
    """Change the default values of a function."""
    function = world.function(step["f"])
    if function is not None:
        count = len(function.__defaults__ or ())
        function.__defaults__ = (4,) * count if count else None
        if function.__kwdefaults__:
            function.__kwdefaults__ = dict.fromkeys(function.__kwdefaults__, 2.5)


def execute(world: World, step: Step) -> None:
    """Run the program's source again: new functions of the same names, while the old may still be running."""
    world.load()


def drop(world: World, step: Step) -> None:
    """Let a hinted function die, and make it anew."""
    old = world.function(step["f"])
    if old is not None:
        copy = types.FunctionType(
            old.__code__.replace(), old.__globals__, old.__name__, old.__defaults__, old.__closure__
        )
        copy.__kwdefaults__ = old.__kwdefaults__
        world.names[step["f"]] = copy
        del old
        gc.collect()


def deep(world: World, step: Step) -> None:
    """Call with little room left on the stack."""
    depth, frame = 0, sys._getframe()
    while frame:
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 12 + step["room"])
    world.little_room = True
    try:
        world.call({**step, "times": 2})
    finally:
        world.little_room = False
        sys.setrecursionlimit(before)


def tick(world: World, step: Step) -> None:
    """Give maintenance its chance: it runs at collections, at most every 50 ms."""
    time.sleep(0.055)
    gc.collect()


def switch_interval(world: World, step: Step) -> None:
    sys.setswitchinterval(0.0001 if sys.getswitchinterval() > 0.001 else 0.005)


ALL: dict[str, Callable[[World, Step], None]] = {
    "gc": collect,
    "gc-enable": gc_enable,
    "freeze": freeze,
    "settrace": settrace,
    "setprofile": setprofile,
    "monitoring": monitoring,
    "global": set_global,
    "shadow": shadow,
    "builtin": builtin,
    "class": change_class,
    "retype": retype,
    "code": code,
    "rebind": rebind,
    "clone": clone,
    "defaults": defaults,
    "exec": execute,
    "drop": drop,
    "deep": deep,
    "tick": tick,
    "switch-interval": switch_interval,
}
