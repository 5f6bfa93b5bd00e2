"""Gives hints while the interpreter ends: at a place and in a state that the arguments name. Prints "done" for each."""

import atexit
import builtins
import os
import sys
import threading
import time

import jitctl
from jitctl import jit_focus, jit_ignore, jit_once

PLACE, STATE = sys.argv[1:]


def make():
    """Give a function that no hint has met."""

    def inner(n=3):
        total = 0
        for i in range(n):
            total += i
        return total

    return inner


class Late:
    """Gives hints when it is destroyed, with what it holds itself: names of modules may be gone by then."""

    def __init__(self):
        self.hints, self.make, self.ignore, self.print = (jit_focus, jit_ignore, jit_once), make, jit_ignore, print

    def __del__(self):
        for hint in self.hints:
            function = self.make()
            assert hint(function) is function
            assert function(20) == 190
            options = {"profile": True} if hint is self.ignore else {"sample_args": (3,), "when": "decoration"}
            assert hint(**options)(function) is function
            assert hint(function, profile=True) is function

            class Local:
                def method(self):
                    pass

            assert hint(Local) is Local
            assert hint(profile=False)(Local) is Local
        self.print("done", flush=True)


class Busy:
    """Runs Python code for some steps of a backend when it is destroyed."""

    def __init__(self):
        self.clock, self.work = time.monotonic, make()

    def __del__(self):
        end = self.clock() + 0.3
        while self.clock() < end:
            self.work()


def hold(late):
    """Keep the object where the interpreter destroys it at another moment of its end."""
    if PLACE == "module":
        globals()["late"] = late
    elif PLACE == "package":
        jitctl.late = late
    elif PLACE == "another-module":
        os.late = late
    elif PLACE == "builtins":
        builtins.late = late
    elif PLACE == "cleared":
        # Modules that something still holds are emptied, the last imported first: jitctl's before this one.
        atexit.late, atexit.hinted = late, jit_focus(make())
        sys.held = [atexit, *(module for name, module in sys.modules.items() if name.startswith("jitctl"))]
    elif PLACE == "circle":
        late.itself = late
    elif PLACE == "atexit":
        atexit.register(late.__del__)
    elif PLACE == "atexit, then busy":
        atexit.register(late.__del__)
        builtins.busy = Busy()
    elif PLACE == "thread":
        threading.Thread(target=without_end, daemon=True).start()
        time.sleep(0.05)


def without_end():
    """Give hints for as long as the thread may run."""
    while True:
        jit_focus(make())
        jit_focus(threshold=9)(make())


if STATE == "used":

    @jit_focus(threshold=3)
    def used():
        return 1

    for _ in range(100):
        used()
hold(Late())
