"""A training of a hinted loop that something from outside interrupts: what its caller gets."""

import ctypes
import os
import signal
import threading

import jitctl


class Arrived(Exception):
    pass


def raises(*_):
    raise Arrived


def by_signal():
    os.kill(os.getpid(), signal.SIGUSR1)


def by_thread():
    set_ = ctypes.pythonapi.PyThreadState_SetAsyncExc
    set_.argtypes = [ctypes.c_ulong, ctypes.py_object]
    set_(threading.get_ident(), Arrived)


def loop(n: int, arrive=by_signal):
    i = 0
    if n:
        arrive()
    while i < n:
        i += 1
    return i


def interrupted(how, when, options):
    """Hint a loop that is interrupted while it is trained; give what came of it, and whether it can be called."""
    signal.signal(signal.SIGUSR1, raises)
    if how == "thread":
        loop.__defaults__ = (by_thread,)
    samples = {"samples": {"sample_args": (10**12,)}, "inferred": {"infer": True}}[options]
    try:
        jitctl.jit_focus(loop, when=when, budget_ms=600_000, **samples)
        loop(0)
        arrived = False
    except Arrived:
        arrived = True
    return [arrived, jitctl.stats(loop).verdict.code, loop(0)]
