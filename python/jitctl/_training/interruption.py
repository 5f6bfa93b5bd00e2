"""Tells whether an exception that escaped from a training belongs to the user.

A training calls the user's function. What the function raises because of its samples ends the training and is told in
the verdict. What arrives from outside would have come without the training, too, and is raised where the function was
called. It arrives in one of these ways, each of which leaves a trace:

- A signal handler, debugger or profiler raised it. The traceback has a frame of it, below a frame of the function, or
  first of all, where it ran between two calls; or a frame that was entered where an instruction stands that calls
  nothing.
- Another thread set it (``PyThreadState_SetAsyncExc``). It appears without a frame of its own at an instruction where
  CPython looks for such exceptions and which raises nothing itself: the start of a function, a jump backwards.
- CPython looks for them after a call, too. There an exception without a frame may be what a function in C raised. Those
  set by another thread are made by calling their class without arguments; one that looks like this counts as the
  user's. So does one that was thrown into a generator and looks like this.

An exception that was raised while one of these was handled is the user's as well: without the training, the caller
would have got just that. KeyboardInterrupt and SystemExit are always the user's.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import sys
from opcode import opmap, opname
from types import CodeType, FunctionType, MethodType

from .watch import TrainingStopped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set
    from types import TracebackType
    from typing import Any

    #: code objects of handlers and tracers, whether there is a handler without one, the exception that is handled,
    #: and the code object of the function, which may be a handler
    Baseline = tuple[frozenset[CodeType], bool, BaseException | None, CodeType | None]

#: handlers in C that raise nothing, or what is always the user's
_KNOWN_HANDLERS = (None, _signal.SIG_DFL, _signal.SIG_IGN, _signal.default_int_handler, sys.exit)
#: what functions in C raise without arguments
_BARE = ("StopIteration", "StopAsyncIteration", "GeneratorExit", "CancelledError", "MemoryError", "Empty", "Full")
_GENERATOR = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
_LONGEST_CHAIN = 100


def baseline(function: FunctionType | None = None) -> Baseline:
    """Note the signal handlers, who traces or profiles, and the exception that the caller is handling."""
    handlers = [_signal.getsignal(number) for number in range(1, _signal.NSIG)]
    found = [_code(one) for one in handlers if one not in _KNOWN_HANDLERS and not isinstance(one, int)]
    tracers = [_code(one) for one in (sys.gettrace(), sys.getprofile()) if one is not None]
    codes = frozenset(one for one in [*found, *tracers] if one is not None)
    return codes, None in found, sys.exc_info()[1], function and function.__code__


def _code(handler: Any) -> CodeType | None:
    """Give the code that a handler runs first; None where that is in C."""
    for _ in range(10):
        if type(handler) is FunctionType:
            return handler.__code__
        if type(handler) is MethodType:
            handler = handler.__func__
        elif type(handler).__name__ == "partial":
            handler = handler.func
        else:
            handler = vars(type(handler)).get("__call__")
    return None


def is_foreign(error: BaseException, before: Baseline | None = None) -> bool:
    """Say whether an exception, or one that it came of, arrived from outside of the training."""
    if isinstance(error, (KeyboardInterrupt, SystemExit)):
        return True
    now = baseline()
    codes, opaque, handled, own = before or now
    return any(_arrived(one, codes | now[0], opaque or now[1], own) for one in _chain(error, handled))


def reraise_foreign(error: BaseException, before: Baseline | None) -> None:
    """Raise an exception again that does not belong to the training, for code that catches all others.

    Without `before`, nothing was being handled: here, that would be the exception itself.
    """
    if is_foreign(error, before or (frozenset(), False, None, None)):
        raise error


def _chain(error: BaseException, handled: BaseException | None) -> Iterator[BaseException]:
    """Give the exception and what it came of, up to what was being handled before the training."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting and len(seen) < _LONGEST_CHAIN:
        one = waiting.pop()
        if one is None or one is handled or id(one) in seen or isinstance(one, TrainingStopped):
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__context__, one.__cause__, *getattr(one, "exceptions", ())]


def _arrived(error: BaseException, handlers: Set[CodeType], opaque: bool, own: CodeType | None) -> bool:
    """Look for what an exception from outside leaves in its traceback.

    A training needs more room on the stack than the call itself: where there is too little, RecursionError comes up at
    the start of a function, as one from outside would. It is the user's only where a handler raised it.
    """
    of_stack = isinstance(error, RecursionError)
    entry = error.__traceback__
    if entry is not None and entry.tb_frame.f_code in handlers and entry.tb_frame.f_code is not own:
        return True
    while entry is not None:
        inner = entry.tb_next
        if inner is None:
            return not of_stack and _appeared(error, entry, opaque)
        if inner.tb_frame.f_code in handlers:
            return True
        # A generator into which an exception was thrown also stands before its old frames: only a caller counts.
        entered = inner.tb_frame.f_back is entry.tb_frame and not of_stack
        if entered and _instruction(entry, entered=True) == _SILENT:
            return True
        entry = inner
    return False


def _appeared(error: BaseException, entry: TracebackType, opaque: bool) -> bool:
    """Say whether an exception came up in a frame without having been raised by its instruction."""
    kind = _instruction(entry)
    if kind == _SILENT:
        return True
    return (kind == _CALL and opaque) or (kind != _RAISES and _looks_set(error))


#: _SILENT: neither calls nor raises; _CALL: CPython looks for what has arrived after it; _ANY: it may come up there
_SILENT, _CALL, _ANY, _RAISES = range(4)
_ARRIVES_AT = ("RESUME", "JUMP_BACKWARD", "JUMP_FORWARD", "JUMP_ABSOLUTE")
#: at others of this kind a tracer is told of the line
_CALLS_NOTHING: tuple[str, ...] = (
    *("LOAD_FAST", "LOAD_CONST", "LOAD_SMALL_INT", "LOAD_COMMON", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_CLOSURE"),
    *("STORE_FAST", "STORE_DEREF", "PUSH_NULL", "COPY", "NOP", "POP_TOP", "RETURN_VALUE", "RETURN_CONST"),
)
#: 3.11 runs a comparison and the jump behind it as one instruction, and the traceback names the comparison
_JUMPS_WITHIN = ("COMPARE_OP",) if "PRECALL" in opmap else ()
#: 3.10 looks, too, where an exception was caught, and its traceback then names the instruction that raised that one
_LOOKS_ANYWHERE = "RESUME" not in opmap


def _instruction(entry: TracebackType, entered: bool = False) -> int:
    """Tell what the instruction of a traceback's entry can do; with `entered`, where another frame was entered."""
    code = entry.tb_frame.f_code
    name = "RESUME" if entry.tb_lasti < 0 else opname[code.co_code[entry.tb_lasti]]  # 3.10: before the first
    if name == "RESUME" and code.co_flags & _GENERATOR and not entered:
        return _CALL  # an exception may have been thrown into it
    if name.startswith(_ARRIVES_AT) or (entered and name.startswith(_CALLS_NOTHING)):
        return _SILENT
    # Jumps that ask a value for its truth look too, until 3.11; where a generator goes on, until 3.10.
    if name.startswith(("CALL", "PRECALL", "POP_JUMP", "JUMP_IF", "SEND", "YIELD", *_JUMPS_WITHIN)):
        return _CALL
    return _ANY if _LOOKS_ANYWHERE and name not in ("RAISE_VARARGS", "RERAISE") else _RAISES


def _looks_set(error: BaseException) -> bool:
    """Say whether an exception is as ``PyThreadState_SetAsyncExc`` makes it: the class called without arguments."""
    kind = type(error)
    if kind.__name__ in _BARE:
        return False
    if not isinstance(error, Exception):
        return True
    try:
        return bool(kind().args == error.args)
    except Exception:  # its class needs arguments
        return False
