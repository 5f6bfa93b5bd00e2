"""Follows bytecode: every instruction once for each set of values it may meet, until nothing new turns up."""

import dis
from types import FunctionType, ModuleType

from .calls import Calls
from .lattice import BOTTOM, ENDLESS, ERROR, INT, TOO_INVOLVED, TOO_LARGE, EffectError, Value, at
from .opcodes import CATCHES_ALL, HANDLERS, RaisedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, NamedTuple, Optional

    class Handler(NamedTuple):
        start: int
        end: int
        target: int
        depth: int
        lasti: bool


#: abstract steps of one judgement
MOST_STEPS = 8_000
#: sets of arguments with which one body is followed apart
MOST_CONTEXTS = 6
MOST_ROUNDS = 40
_SUSPENDS = 0x80 | 0x100 | 0x200
_GENERATOR = 0x20


class State:
    """What is known before an instruction: the stack, the names, and on CPython 3.10 the blocks."""

    __slots__ = ("stack", "names", "blocks")

    def __init__(self, stack: "list[Value]", names: "dict[str, Value]", blocks: "tuple[Any, ...]") -> None:
        self.stack = stack
        self.names = names
        self.blocks = blocks

    def copy(self) -> "State":
        return State(list(self.stack), dict(self.names), self.blocks)

    def join(self, other: "State") -> "Optional[State]":
        """Give both, or None where that is nothing new."""
        if len(self.stack) != len(other.stack):
            raise EffectError("its bytecode could not be followed")
        stack = [one.join(more) for one, more in zip(self.stack, other.stack)]
        names = dict(self.names)
        for name, value in other.names.items():
            names[name] = names.get(name, BOTTOM).join(value)
        if stack == self.stack and names == self.names:
            return None
        return State(stack, names, self.blocks)


class Code:
    """A code object, read once."""

    def __init__(self, code: "CodeType") -> None:
        self.code = code
        self.instructions = list(dis.get_instructions(code))
        self.index = {one.offset: index for index, one in enumerate(self.instructions)}
        parse = getattr(dis, "_parse_exception_table", None)
        table = getattr(code, "co_exceptiontable", b"")
        if table and parse is None:
            raise EffectError("its exception table could not be read")
        self.handlers: "list[Handler]" = list(parse(code)) if table and parse else []
        self.lines: "list[Optional[int]]" = []
        line: "Optional[int]" = code.co_firstlineno
        starts = dict(dis.findlinestarts(code))
        for one in self.instructions:
            line = starts.get(one.offset, line)
            self.lines.append(line)

    def at(self, offset: int) -> int:
        """Give the index of the instruction at an offset; jumps may go to a prefix of it, or to its caches."""
        while offset not in self.index:
            offset += 2
            if offset > self.instructions[-1].offset:
                raise EffectError("its bytecode could not be followed")
        return self.index[offset]


class Frames(Calls):
    """Bodies of functions, on top of calls."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: "dict[CodeType, Code]" = {}
        self._results: "dict[Any, Value]" = {}
        self._contexts: "dict[Any, dict[Any, int]]" = {}
        self._merged: "dict[Any, dict[str, Value]]" = {}
        self._done: "set[Any]" = set()
        self.steps = 0
        self._depth = 0

    # Names

    def global_(self, namespace: "Any", name: str) -> Value:
        """Give what a global name is now."""
        if type(namespace) is not dict:
            raise EffectError(f"reads the global {name} from a namespace that is not an ordinary dict")
        if name in namespace:
            return self.outside.value(namespace[name])
        builtins = namespace.get("__builtins__")
        names = vars(builtins) if type(builtins) is ModuleType else builtins
        if type(names) is dict and name in names:
            return self.outside.value(names[name])
        raise EffectError(f"uses the global {name}, which does not exist yet")

    def cell(self, env: "dict[str, Any]", name: str) -> Value:
        """Give what a free or cell variable may hold."""
        held = env[name]
        if isinstance(held, tuple):
            return self.heap.get(held, BOTTOM)
        try:
            return self.outside.value(held.cell_contents)
        except ValueError:
            raise EffectError(f"uses the free variable {name}, which has no value yet") from None

    def set_cell(self, env: "dict[str, Any]", name: str, value: Value) -> None:
        """Store into a cell variable; one from outside the call may not be changed."""
        held = env[name]
        if not isinstance(held, tuple):
            raise EffectError(f"stores to the free variable {name}")
        self.put(held[0], held[1], value)

    # Bodies

    def judge(self, function: FunctionType, args: "list[Value]", kwargs: "dict[str, Value]") -> None:
        """Raise EffectError, unless a call with such arguments is shown to have none."""
        code = function.__code__
        if code.co_flags & (_SUSPENDS | _GENERATOR):
            kind = "awaits" if code.co_flags & _SUSPENDS else "yields"
            raise EffectError(f"{kind}: who drives it decides what happens", code.co_firstlineno)
        for _ in range(MOST_ROUNDS):
            self.changed = False
            self._done.clear()
            self.run_function("call", function, args, kwargs)
            if not self.changed:
                return
        raise EffectError(TOO_INVOLVED, code.co_firstlineno)

    def run_code(self, code: "CodeType", env: "Any", names: "dict[str, Value]", namespace: "Any") -> Value:
        """Follow a body with these arguments."""
        star, self.star = self.star, False
        try:
            return self._run_code(code, env, names, namespace)
        finally:
            self.star = star

    def _run_code(self, code: "CodeType", env: "Any", names: "dict[str, Value]", namespace: "Any") -> Value:
        if code.co_flags & _SUSPENDS:
            raise EffectError(f"calls {code.co_name}, a coroutine")
        owner = (
            code,
            id(namespace),
            tuple(id(env[name]) for name in code.co_freevars if not isinstance(env[name], tuple)),
        )
        context = tuple(sorted(names.items(), key=lambda pair: pair[0]))
        known = self._contexts.setdefault(owner, {})
        key: "Any"
        if context not in known and len(known) >= MOST_CONTEXTS:
            merged = self._merged.setdefault(owner, {})
            for name, value in names.items():
                after = merged.get(name, BOTTOM).join(value)
                if after != merged.get(name):
                    merged[name] = after
                    self.changed = True
            names, key = dict(merged), (owner, "merged")
        else:
            key = (owner, known.setdefault(context, len(known)))
        if key in self._done:
            return self._results.get(key, BOTTOM)
        self._done.add(key)
        if self._depth > 40:
            raise EffectError("calls functions too deep to be judged")
        self._depth += 1
        try:
            found = self._follow(code, env, names, namespace)
        finally:
            self._depth -= 1
        before = self._results.get(key, BOTTOM)
        if before.join(found) != before:
            self._results[key] = before.join(found)
            self.changed = True
        return self._results.get(key, BOTTOM)

    def _follow(self, code: "CodeType", env: "Any", names: "dict[str, Value]", namespace: "Any") -> Value:
        read = self._codes.get(code)
        if read is None:
            read = self._codes[code] = Code(code)
        own = self.site((code, "cells"), "own", "cells")
        env = {**env, **{name: (own, name) for name in code.co_cellvars}}
        for name in code.co_cellvars:
            if name in names:
                self.put(own, name, names[name])
        frame = Frame(self, read, env, namespace)
        return frame.run(names)

    def step(self) -> None:
        """Count one step."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise EffectError(TOO_LARGE)


class Frame:
    """One body while it is followed."""

    def __init__(self, judge: Frames, read: Code, env: "dict[str, Any]", namespace: "Any") -> None:
        self.judge = judge
        self.read = read
        self.code = read.code
        self.env = env
        self.namespace = namespace
        self.result = BOTTOM
        self.yields = BOTTOM
        self.words: "tuple[str, ...]" = ()  # of KW_NAMES
        self._states: "dict[int, State]" = {}
        self._todo: "list[int]" = []

    def run(self, names: "dict[str, Value]") -> Value:
        """Follow it to its ends; give what it returns."""
        self._go(0, State([], dict(names), ()))
        while self._todo:
            self._todo.sort(reverse=True)
            index = self._todo.pop()
            self._step(index, self._states[index].copy())
        if self.code.co_flags & _GENERATOR:
            return self.judge.made((self.code, "generator"), "generator", self.yields)
        return self.result

    def _go(self, index: int, state: State) -> None:
        if index >= len(self.read.instructions):
            raise EffectError("its bytecode could not be followed")
        before = self._states.get(index)
        after = state if before is None else before.join(state)
        if after is not None:
            self._states[index] = after
            if index not in self._todo:
                self._todo.append(index)

    def place(self, index: int) -> "Any":
        """Name an instruction, as the place where something is made."""
        return (self.code, index)

    def _step(self, index: int, state: State) -> None:
        self.judge.step()
        instruction = self.read.instructions[index]
        handler = HANDLERS.get(instruction.opname)
        before = state.copy()
        try:
            if handler is None:
                raise EffectError(f"the instruction {instruction.opname} is not known to be harmless")
            self._catch(index, before)
            ends = handler(self, index, instruction, state)
        except RaisedError:
            ends = []
        except EffectError as effect:
            if effect.line is None:
                effect.line = self.read.lines[index]
                effect.args = (effect.what, self.code.co_filename)
            raise
        except (IndexError, KeyError) as error:
            raise EffectError(f"its bytecode could not be followed ({error!r})", self.read.lines[index]) from None
        if ends is None:
            ends = [index + 1]
        for end in ends:
            to = end[0] if isinstance(end, tuple) else end
            if to <= index and self.read.instructions[to].opname == "SETUP_FINALLY":
                # CPython looks at nothing that would stop it on the way from a jump into a `try`.
                raise EffectError("repeats a try in a way that could not be stopped", self.read.lines[index])
            if isinstance(end, tuple):
                self._go(*end)
            else:
                self._go(end, state)

    def _catch(self, index: int, state: State) -> None:
        """Let what is raised here reach its handler."""
        offset = self.read.instructions[index].offset
        for handler in self.read.handlers:
            if handler.start <= offset < handler.end:
                if len(state.stack) < handler.depth:
                    return  # the compiler's ranges cover instructions behind a loop that cannot raise
                stack = state.stack[: handler.depth] + ([Value(INT, ENDLESS)] if handler.lasti else []) + [ERROR]
                self._go(self.read.at(handler.target), State(stack, state.names, ()))
                break
        blocks = state.blocks
        while blocks and blocks[-1][0] == "handler":
            blocks = blocks[:-1]
        if blocks:
            _, target, level = blocks[-1]
            if self.read.instructions[target].opname == "POP_TOP":
                raise EffectError(CATCHES_ALL)
            stack = state.stack[:level] + [ERROR] * 6
            self._go(target, State(stack, state.names, (*blocks[:-1], ("handler", target, level))))


__all__ = ["Frame", "Frames", "State", "at"]
