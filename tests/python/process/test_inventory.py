"""What is compiled is found, hinted or not."""

import pytest

import jitctl


def test_a_hinted_function_that_was_compiled_is_found():
    if not jitctl.status().jit.built or not jitctl.status().interpreter.extension:
        assert jitctl.compiled() == ()
        return

    @jitctl.jit_focus
    def hot(count):
        total = 0
        for number in range(count):
            total += number
        return total

    for _ in range(300):
        hot(50)
    if jitctl.stats(hot).verdict.code != "compiled":  # 3.14 with its JIT off leaves it alone
        pytest.skip(jitctl.stats(hot).verdict.message)
    (found,) = [one for one in jitctl.compiled() if one.qualname == hot.__qualname__]
    assert (found.module, found.hint, found.line) == (__name__, "focus", hot.__code__.co_firstlineno)
    assert found.regions
    assert str(found).startswith(f"{__name__}:{hot.__qualname__} (focus): ")
    jitctl.remove(hot)
