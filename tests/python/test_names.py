"""The names that records carry: those of functions, also where a partial, a cache or a compiled function was hinted."""

import functools
import sys

import pytest


def work(n=1):
    return n


class CythonLike:
    """The looks of a function of Cython's."""

    def __init__(self):
        self.__name__, self.__qualname__, self.__module__ = "fast", "Matrix.fast", "compiled"

    def __call__(self):
        return 1


CythonLike.__name__ = "cython_function_or_method"


class Instance:
    def __call__(self):
        return 1


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: functools.partial(work), ("work", "work", __name__)),
        (lambda: functools.partial(functools.partial(work), 2), ("work", "work", __name__)),
        (lambda: functools.partial(len), ("len", "len", "builtins")),
        (lambda: functools.partial(functools.partial(len)), ("len", "len", "builtins")),
        (lambda: functools.lru_cache(work), ("work", "work", __name__)),
        (lambda: functools.partial(functools.lru_cache(work)), ("work", "work", __name__)),
        (lambda: functools.lru_cache(len), ("len", "len", "builtins")),
        (lambda: functools.partial(CythonLike()), ("fast", "Matrix.fast", "compiled")),
        (CythonLike, ("fast", "Matrix.fast", "compiled")),
        (Instance, ("Instance", "Instance", __name__)),
        (lambda: functools.partial(Instance()), ("partial", "partial", "functools")),
    ],
)
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="caches are Python functions elsewhere")
def test_a_record_carries_the_name_of_the_function(jitctl, make, expected):
    thing = jitctl.jit_focus(make())
    record = jitctl.stats(thing)
    assert record.function is thing
    assert (record.name, record.qualname, record.module) == expected
    assert jitctl.stats(name=expected[0], module=expected[2])


def test_the_message_names_cython(jitctl):
    message = jitctl.stats(jitctl.jit_focus(CythonLike())).verdict.message
    assert message == "Matrix.fast is compiled by Cython and has no bytecode"
