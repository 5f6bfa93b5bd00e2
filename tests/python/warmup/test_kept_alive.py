"""What a hint and its training keep alive: nothing."""

import gc
import weakref

import pytest
from warmed import jit_focus


@pytest.mark.parametrize(
    "options",
    [
        {"sample_args": (5,)},
        {"sample_args": (5,), "when": "decoration"},
        {"sample_args": lambda: (5,)},
        {"infer": True},
        {"infer": True, "when": "decoration"},
        {"sample_args": ("x",)},
        {"sample_args": ("x",), "when": "decoration"},
        {},
    ],
    ids=str,
)
def test_a_function_dies_with_its_last_reference(options):
    gc.collect()
    gc.disable()
    try:

        def total(n: int):
            result = 0
            for i in range(n):
                result += i
            return result

        class Data:
            pass

        total.data = Data()
        function, data = weakref.ref(total), weakref.ref(total.data)
        jit_focus(**options)(total)
        total(7)
        del total
        assert (function(), data()) == (None, None)
    finally:
        gc.enable()
