"""What a hint and its training keep alive: nothing."""

import gc
import weakref

import pytest
from warmed import jit_focus


def samples():
    return (5,)


@pytest.mark.parametrize(
    "options",
    [
        {"sample_args": (5,)},
        {"sample_args": (5,), "when": "decoration"},
        {"sample_args": samples},
        {"infer": True},
        {"infer": True, "when": "decoration"},
        {"sample_args": ("x",)},
        {"sample_args": ("x",), "when": "decoration"},
        {},
    ],
    # Without addresses: processes that share the tests have to agree on the names.
    ids=lambda options: str(options).replace(str(samples), "samples"),
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
