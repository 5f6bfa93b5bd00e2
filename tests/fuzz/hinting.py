"""What a hint is in a worker: jitctl's, none (the twin), CPython's own means, or one that is wrong on purpose."""

from __future__ import annotations

import dis
import os
import sys
from collections import Counter
from typing import Any

Function = type(lambda: None)


def functions_of(thing: Any) -> list[Any]:
    """List the functions that something hintable stands for."""
    if isinstance(thing, type):
        return [one for value in list(vars(thing).values()) for one in functions_of(value)]
    if isinstance(thing, property):
        return [thing.fget] if thing.fget else []
    thing = getattr(thing, "__func__", thing)
    return [thing] if type(thing) is Function else []


class NoHints:
    """The twin: hints do nothing."""

    #: by how many frames the limit of recursion is another
    room = 0

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.hinted: list[Any] = []

    def apply(self, kind: str, thing: Any, options: dict[str, Any]) -> None:
        """Give a hint."""

    def undo(self, thing: Any) -> None:
        """Take a hint back."""

    def look(self) -> None:
        """Count what has become of the functions hinted so far; at the end of a case."""

    def forget(self) -> None:
        """Take back all hints, between two cases."""
        self.hinted.clear()


class Jitctl(NoHints):
    """Hints by jitctl."""

    def __init__(self) -> None:
        super().__init__()
        import jitctl

        self.jitctl = jitctl
        self.backend = jitctl._router.backend
        self.takes_turns = "compiler" in os.environ.get("JITCTL_BACKEND", "")
        self.kinds = {"focus": jitctl.jit_focus, "ignore": jitctl.jit_ignore, "once": jitctl.jit_once}

    def apply(self, kind: str, thing: Any, options: dict[str, Any]) -> None:
        if kind != "ignore" and self.takes_turns and self.seen["hints"] % 2:
            # Half of the functions run machine code in each call, the others in turn with the interpreter.
            options = {"profile": False, **options}
        given = self.kinds[kind](thing, **options) if options else self.kinds[kind](thing)
        if given is not thing:
            raise AssertionError("jitctl returned another object")
        for one in functions_of(thing):
            if not any(one is other for other in self.hinted):
                self.hinted.append(one)
        self.seen["hints"] += 1

    def undo(self, thing: Any) -> None:
        for one in functions_of(thing):
            self.seen["undone"] += bool(self.backend.undo(one))

    def look(self) -> None:
        compiled = 0
        for function in self.hinted:
            found = self.backend.record(function)
            if found:
                verdict = found["verdict"]
                self.seen[f"verdict {found['hint']}: {verdict['status']} {verdict['code']}"] += 1
            for region in self.backend.observe(function)["regions"]:
                compiled += bool(region["valid"])
                kind = "valid" if region["valid"] else "dropped"
                self.seen[f"region {region['kind']}, {kind}"] += 1
                self.seen["exits"] += region.get("exits") or 0
        self.seen["cases with hinted functions"] += bool(self.hinted)
        self.seen["cases with compiled regions in hinted functions"] += bool(compiled)

    def forget(self) -> None:
        for function in self.hinted:
            self.backend.undo(function)
        self.hinted.clear()


class Events(NoHints):
    """CPython's own means to have loops compiled early: local events that come and go reset the counters of loops.

    Nothing of jitctl is loaded. It tells CPython's faults from jitctl's: what fails here too is CPython's.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tool = 4
        if sys.monitoring.get_tool(self.tool) is None:
            sys.monitoring.use_tool_id(self.tool, "fuzz-early")

    def apply(self, kind: str, thing: Any, options: dict[str, Any]) -> None:
        events = sys.monitoring.events
        for function in functions_of(thing):
            code = function.__code__
            if kind == "ignore":
                wanted = events.PY_START | events.PY_RESUME | events.LINE | events.JUMP | events.INSTRUCTION
                sys.monitoring.set_local_events(self.tool, code, wanted)
            else:
                sys.monitoring.set_local_events(self.tool, code, events.JUMP)
                sys.monitoring.set_local_events(self.tool, code, 0)

    def undo(self, thing: Any) -> None:
        for function in functions_of(thing):
            sys.monitoring.set_local_events(self.tool, function.__code__, 0)


class Plain(NoHints):
    """CPython's own means to keep instructions from being specialised: INSTRUCTION events that nobody listens to.

    Nothing of jitctl is loaded. At the limit of recursion, whether an instruction was specialised decides how many more
    frames there is room for (KNOWN in report.py), and machine code specialises none.
    """

    def __init__(self, more: int) -> None:
        super().__init__()
        self.room = more
        self.tool = 4
        if sys.monitoring.get_tool(self.tool) is None:
            sys.monitoring.use_tool_id(self.tool, "fuzz-plain")

    def apply(self, kind: str, thing: Any, options: dict[str, Any]) -> None:
        for function in functions_of(thing):
            sys.monitoring.set_local_events(self.tool, function.__code__, sys.monitoring.events.INSTRUCTION)

    def undo(self, thing: Any) -> None:
        """Keep them: machine code is what this stands in for."""


class Room(NoHints):
    """Room for so many frames more or less."""

    def __init__(self, more: int) -> None:
        super().__init__()
        self.room = more


class Wrong(NoHints):
    """Hints that break the contract, each in one way: the fuzzer has to find and shrink every one of them."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = getattr(self, fault)

    def apply(self, kind: str, thing: Any, options: dict[str, Any]) -> None:
        for function in functions_of(thing):
            self.fault(function)

    def constant(self, function: Any) -> None:
        """Change the results: another constant."""
        code = function.__code__
        consts = tuple(c + 1 if type(c) is int and c > 2 else c for c in code.co_consts)
        function.__code__ = code.replace(co_consts=consts)

    def arithmetic(self, function: Any) -> None:
        """Change the results: what was added is taken away."""
        code = function.__code__
        changed = bytearray(code.co_code)
        for at in range(0, len(changed), 2):
            if "BINARY_OP" in dis.opmap and changed[at] == dis.opmap["BINARY_OP"] and changed[at + 1] == 0:
                changed[at + 1] = 10
            elif changed[at] == dis.opmap.get("BINARY_ADD"):
                changed[at] = dis.opmap["BINARY_SUBTRACT"]
        function.__code__ = code.replace(co_code=bytes(changed))

    def line(self, function: Any) -> None:
        """Change tracebacks: lines one off."""
        code = function.__code__
        function.__code__ = code.replace(co_firstlineno=code.co_firstlineno + 1)

    def effect(self, function: Any) -> None:
        """Change state that the program can see."""
        function.__globals__["STATE"]["n"] = 99

    def crash(self, function: Any) -> None:
        """End the process."""
        if function.__code__.co_argcount == 2:
            os.abort()

    def hang(self, function: Any) -> None:
        """Never come back."""
        while function.__code__.co_argcount == 3:
            pass


def choose(name: str) -> NoHints:
    """Give the hints of a name: none, jitctl, events, plain<number>, room<number>, or wrong-<fault>."""
    if name.startswith("room"):
        return Room(int(name[4:]))
    if name.startswith("plain"):
        return Plain(int(name[5:] or 0))
    if name.startswith("wrong-"):
        return Wrong(name[6:])
    return {"none": NoHints, "jitctl": Jitctl, "events": Events}[name]()
