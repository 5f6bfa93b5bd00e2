"""A function to be kept out of compiled code, one that calls it, and the forms of its instructions."""

import dis
import gc
import sys
import time

import _opcode_metadata
from look import is_active

from jitctl import jit_focus

seen = set()
SOURCE = """
def target(n, hook=None, at=-1):
    t = 0
    for i in range(n):
        if i == at:
            hook()
            seen.clear()
        seen.add(A())
        t += i
    return t
def drive(n):
    t = 0
    for i in range(n):
        t += target(3)
    return t
"""


def make(name="target"):
    space = {"__name__": "made", "A": is_active, "seen": seen}
    exec(compile(SOURCE, "<made>", "exec"), space)
    if not sys._jit.is_enabled():
        jit_focus(space["drive"])
    return space


def active(space, n=12_000):
    seen.clear()
    space["drive"](n)
    space["target"](n)
    return True in seen


NUMBERS = {**_opcode_metadata.opmap, **_opcode_metadata._specialized_opmap}
NAMES = {number: name for name, number in NUMBERS.items()}


def forms(function):
    code = function.__code__
    return [NAMES[code._co_code_adaptive[one.offset]] for one in dis.get_instructions(code)]


def instrumented(function):
    return [name for name in forms(function) if name.startswith("INSTRUMENTED_") and name != "INSTRUMENTED_RESUME"]


def step(function=None, work=lambda: None, until=lambda: True, seconds=120):
    end = time.monotonic() + seconds
    while True:
        work()
        time.sleep(0.06)
        gc.collect()
        if until() or time.monotonic() > end:
            return until()
