"""Exceptions that arrive from outside: their classes, and what raises them."""

import ctypes
import os
import signal
import threading
from functools import partial


class Arrived(Exception):
    """What comes from outside."""


class ArrivedBase(BaseException):
    """The same for those that catch every Exception."""


class WithWords(Exception):
    """Its class can be called without arguments, and has some then."""

    def __init__(self, words="too late"):
        super().__init__(words)


def from_another_thread(kind, thread=None):
    set_ = ctypes.pythonapi.PyThreadState_SetAsyncExc
    set_.argtypes = [ctypes.c_ulong, ctypes.py_object]
    set_(threading.get_ident() if thread is None else thread, kind)


def raiser(kind, *_):
    raise kind


def nested():
    raise Arrived


class Handler:
    """A handler that is an object, and one that is its method."""

    def __call__(self, *_):
        raise Arrived

    def method(self, *_):
        raise Arrived


def once_only(*_):
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    raise Arrived


HANDLERS = {
    "function": lambda *_: nested(),
    "lambda": lambda *_: (_ for _ in ()).throw(Arrived),
    "partial": partial(raiser, Arrived),
    "object": Handler(),
    "method": Handler().method,
    "takes itself away": once_only,
}


def kill():
    os.kill(os.getpid(), signal.SIGUSR1)
