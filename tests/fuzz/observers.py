"""Tracing tools as a user would have them: what they are told is part of what a program does."""

from __future__ import annotations

import sys
from typing import Any

import canon
from prelude import FILE

TOOL = 1  # jitctl may have 3 to 5
MOST = 100_000


class Observers:
    """settrace, setprofile and sys.monitoring, each on or off."""

    def __init__(self) -> None:
        self.events: list[str] = []
        #: the events that callbacks were registered for
        self.heard: set[int] = set()

    def take(self) -> str:
        """Give what was seen since the last time, in short."""
        seen, self.events = self.events, []
        return f"{len(seen)} {canon.digest(chr(10).join(seen))} {seen[-1] if seen else '-'}" if seen else ""

    def note(self, *parts: Any) -> None:
        """Keep one event."""
        if len(self.events) < MOST:
            self.events.append(" ".join(map(str, parts)))

    def settrace(self, on: bool, how: str) -> None:
        """Switch a trace function on or off, for all frames from now on."""

        def trace(frame: Any, what: str, value: Any) -> Any:
            if frame.f_code.co_filename == FILE:
                frame.f_trace_lines = how != "calls"
                frame.f_trace_opcodes = how == "instructions"
                self.note("t", what, frame.f_code.co_name, frame.f_lineno, frame.f_lasti if what == "opcode" else "")
                return trace
            return None

        sys.settrace(trace if on else None)

    def setprofile(self, on: bool, how: str) -> None:
        """Switch a profile function on or off."""

        def profile(frame: Any, what: str, value: Any) -> None:
            if frame.f_code.co_filename == FILE:
                name = getattr(value, "__name__", "") if what.startswith("c_") else ""
                self.note("p", what, frame.f_code.co_name, name)

        sys.setprofile(profile if on else None)

    def monitoring(self, on: bool, how: str, codes: list[Any]) -> None:
        """Switch a tool of sys.monitoring on or off: global events, or events of single functions."""
        if not hasattr(sys, "monitoring"):
            return
        api = sys.monitoring
        events = api.events
        if api.get_tool(TOOL) is None:
            api.use_tool_id(TOOL, "fuzz")
        wanted = {
            "lines": events.LINE | events.PY_START | events.PY_RETURN,
            "calls": events.CALL | events.PY_START | events.PY_UNWIND | events.RAISE,
            "instructions": events.INSTRUCTION | events.PY_YIELD | events.PY_RESUME,
            "local": events.LINE | events.JUMP | events.PY_RETURN,
        }[how]
        for number in (1 << k for k in range(18)):
            if number & (events.LINE | wanted):
                api.register_callback(TOOL, number, self._heard(number) if on else None)
                self.heard.add(number)
        for code in codes:
            api.set_local_events(TOOL, code, wanted if on and how == "local" else 0)
        api.set_events(TOOL, wanted if on and how != "local" else 0)

    def _heard(self, number: int) -> Any:
        unwind, raised = sys.monitoring.events.PY_UNWIND, sys.monitoring.events.RAISE

        def heard(code: Any, *more: Any) -> None:
            if code.co_filename == FILE:
                # Where PY_UNWIND comes from, and a RAISE of what a callee raised, depends on whether CPython
                # specialised the call (KNOWN in report.py); the traceback, which is compared too, has the instruction.
                passing = number == unwind or (number == raised and more[1].__traceback__.tb_next is not None)
                places = () if passing else (one for one in more[:2] if isinstance(one, int))
                self.note("m", number, code.co_name, *places)

        return heard

    def off(self) -> None:
        """Switch all of them off."""
        sys.settrace(None)
        sys.setprofile(None)
        if hasattr(sys, "monitoring") and sys.monitoring.get_tool(TOOL) == "fuzz":
            # 3.13 leaves a tool's events when it goes. Global ones would keep machine code away from all that follows
            # here; local ones would be told by threads in the order in which they run.
            sys.monitoring.set_events(TOOL, 0)
            for number in self.heard:
                sys.monitoring.register_callback(TOOL, number, None)
            self.heard.clear()
            sys.monitoring.free_tool_id(TOOL)
