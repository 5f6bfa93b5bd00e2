"""What a hint on a class reaches, and members that are somebody else's."""

import functools

from jitctl import _targets


def names(owner, attribute="__qualname__"):
    """Give the names of the functions that a hint on the class reaches."""
    found, _ = _targets.resolve(owner, "jit_ignore")
    prefix = f"{owner.__qualname__}."
    return [getattr(function, attribute).removeprefix(prefix) for function in found]


def outside(function):
    """Give the file and name of a function's code, to show that it is somebody else's."""
    return function.__code__.co_filename, function.__code__.co_name


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


def helper(self):
    return 1
