"""Gives a hint to every Python function of the modules that a process imports.

`Hinter.install()` hints what is there and what comes later: after each import all functions of the new module, methods
of its classes and what decorators wrapped included. `Hinter.sweep()` finds the rest, which no module or class holds by
name (closures that a decorator keeps, say). Functions that a hinted function defines share its hint.

Runs inside the interpreter under test and imports nothing that it would not have anyway but jitctl.
"""

import gc
import sys
import zlib
from _weakref import ref
from types import FunctionType

HINTS = ("focus", "ignore", "once")
MODES = (*HINTS, "mixed")
#: modules that are left alone: jitctl, and these helpers by file name
OWN = ("jitctl", "__main__")
#: a name that importlib's own frames have: such frames are cut out of the tracebacks of failed imports
FROZEN = "<frozen importlib._bootstrap>"
HOOK = """
def _find_and_load(name, import_, **more):
    found = original(name, import_, **more)
    imported(name)
    return found
"""


def pick(mode, name):
    """Return which hint a function of this qualified name gets: the same in every process."""
    return HINTS[zlib.crc32(name.encode("utf-8", "replace")) % len(HINTS)] if mode == "mixed" else mode


class Hinter:
    """Hints functions, each at most once, and counts what it did."""

    def __init__(self, mode, wanted, leave=()):
        """`wanted(module name, file)` says whose functions get hints; `leave`: qualified names that get none."""
        import jitctl

        if mode not in MODES:
            raise ValueError(f"mode is {mode!r}; expected one of {', '.join(MODES)}")
        self.mode = mode
        self.wanted = wanted
        self.leave = frozenset(leave)
        self.count = 0
        self.errors = []
        self._apply = {"focus": jitctl.jit_focus, "ignore": jitctl.jit_ignore, "once": jitctl.jit_once}
        self._seen = {}
        self._files = {}

    def install(self):
        """Hint the modules there are and, from now on, every module after its import."""
        import _frozen_importlib as bootstrap

        for name in list(sys.modules):
            self.imported(name)
        self._original = bootstrap._find_and_load
        namespace = {"original": self._original, "imported": self.imported}
        exec(compile(HOOK, FROZEN, "exec"), namespace)
        bootstrap._find_and_load = namespace["_find_and_load"]

    def uninstall(self):
        """Hint no more modules: for tests that count the frames of an import."""
        import _frozen_importlib as bootstrap

        bootstrap._find_and_load = self._original

    def imported(self, name):
        """Hint the functions of one module."""
        module = sys.modules.get(name)
        space = getattr(module, "__dict__", None)
        if type(space) is dict and self._wanted(space):
            for value in list(space.values()):
                self._value(value, space)

    def sweep(self):
        """Hint the functions of wanted modules that are alive anywhere."""
        for thing in gc.get_objects():
            if type(thing) is FunctionType and self._wanted(thing.__globals__):
                self._function(thing)

    def _wanted(self, space):
        name, file = space.get("__name__"), space.get("__file__")
        key = (name, file) if type(name) is str and (file is None or type(file) is str) else None
        if key not in self._files:
            own = key is None or name.partition(".")[0] in OWN
            self._files[key] = not own and self.wanted(name, file)
        return self._files[key]

    def _value(self, value, space):
        kind = type(value)
        if issubclass(kind, type):
            # Classes of the module itself; another module's are hinted with it.
            inner = vars(value)
            if inner.get("__module__") == space.get("__name__") and self._new(value):
                for one in list(inner.values()):
                    self._value(one, space)
        elif kind is FunctionType:
            self._function(value)
            wrapped = value.__dict__.get("__wrapped__")
            if wrapped is not None:
                self._value(wrapped, space)
        elif issubclass(kind, (staticmethod, classmethod)):
            self._value(value.__func__, space)
        elif issubclass(kind, property):
            for part in (value.fget, value.fset, value.fdel):
                self._value(part, space)

    def _function(self, function):
        if not self._wanted(function.__globals__) or not self._new(function):
            return
        name = f"{function.__module__}.{function.__qualname__}"
        if name in self.leave:
            return
        try:
            self._apply[pick(self.mode, name)](function)
        except BaseException as error:
            self.errors.append(f"{name}: {type(error).__name__}: {error}")
        self.count += 1

    def _new(self, thing):
        """Say whether `thing` was not met before; held weakly, and an address may be used again."""
        known = self._seen.get(id(thing))
        if known is not None and known() is thing:
            return False
        self._seen[id(thing)] = ref(thing)
        return True


def summary():
    """Count the hints of this process by status and code, and the functions that own compiled code now, by hint."""
    import jitctl

    backend = jitctl._backend
    verdicts, compiled = {}, {}
    for record in backend.records():
        hint, verdict = record["hint"], record["verdict"]
        key = f"{hint} {verdict['status']} {verdict['code']}"
        verdicts[key] = verdicts.get(key, 0) + 1
        if type(record["object"]) is FunctionType and backend.observe(record["object"])["regions"]:
            compiled[hint] = compiled.get(hint, 0) + 1
    return {"backend": backend.chosen()["name"], "verdicts": verdicts, "compiled": compiled}
