"""Scenes that are played twice: with a plain function and with a compiled twin of it. Both must come to the same."""

import json
import re
import sys
import threading
import time

import jitctl


def tell(**values):
    """Give values to the test, as JSON."""
    print("told:" + json.dumps(values, default=repr), flush=True)


def verdict(function):
    """Give the code of the function's verdict."""
    return jitctl.stats(function).verdict.code


def make(source, names, hint=None, warm=None, **namespace):
    """Run source in a module of its own; hint the named functions and call what warms them."""
    space = {"__name__": "mod", "__builtins__": __builtins__, **namespace}
    exec(compile(source, "user.py", "exec"), space)
    for name in names.split() if hint else ():
        hint(space[name], profile=False)  # no call in turn without machine code
    for _ in range(20):
        if warm:
            exec(warm, space)
    if hint:
        codes = {name: verdict(space[name]) for name in names.split()}
        wrong = {name: jitctl.stats(space[name]).verdict for name, code in codes.items() if code != "compiled"}
        assert not wrong, wrong
    return space


def shown(value):
    """Give a value without the addresses in it."""
    return re.sub(r"0x[0-9a-f]+", "@", repr(value))


class Scene:
    """One scene: the source of the functions, and what is done with them."""

    def __init__(self, play, source, names, warm, space):
        self.play, self.source, self.names, self.warm, self.space = play, source, names, warm, space

    def outcome(self, hint):
        """Play it."""
        try:
            space = make(self.source, self.names, hint, self.warm, **self.space)
        except AssertionError as error:
            return f"not compiled: {error}"
        try:
            return shown(self.play(space))
        except Exception as error:
            return f"raised {shown(error)} at line {error.__traceback__.tb_next.tb_lineno}"


def scene(source, names="user", warm=None, **space):
    """Make a scene of a function that takes the module's namespace."""
    return lambda play: Scene(play, source, names, warm, space)


def play(module):
    """Play all scenes of a module; give for each both outcomes."""
    scenes = {name: one for name, one in vars(module).items() if isinstance(one, Scene)}
    return {name: [one.outcome(None), one.outcome(jitctl.jit_focus)] for name, one in scenes.items()}


def within(function, thread=None):
    """Wait until a thread, the main one unless said otherwise, is at work in the function."""
    ident = (thread or threading.main_thread()).ident
    while getattr(sys._current_frames().get(ident), "f_code", None) is not function.__code__:
        time.sleep(0.001)


def outer(function, *arguments):
    """Stand between a test and the function."""
    return function(*arguments)


def version():
    """Give the interpreter's minor version."""
    return sys.version_info[1]
