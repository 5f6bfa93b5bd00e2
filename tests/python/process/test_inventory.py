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


def test_a_trace_that_several_functions_lead_to_counts_once():
    """`middle` runs `inner` in its own traces, and exits of one lead to traces of the other."""
    opcode = pytest.importorskip("_opcode")
    if not jitctl.status().jit.built or not jitctl.status().interpreter.extension:
        pytest.skip("there is no JIT here")

    def inner(count):
        total = 0
        for number in range(count):
            if number % 3 == 0:
                total += 1
            elif number % 7 == 1:
                total -= 2
            else:
                total += number
        return total

    def middle(count):
        total = 0
        for number in range(count):
            total += inner(20)
            if number % 5 == 2:
                total -= 1
        return total

    hinted = [jitctl.jit_focus(inner), jitctl.jit_focus(middle)]
    for _ in range(400):
        middle(9)
    found = [one for one in jitctl.compiled() if one.qualname in (inner.__qualname__, middle.__qualname__)]
    if not found:
        pytest.skip(jitctl.stats(middle).verdict.message)
    unique = {trace.identity: trace for one in found for trace in one._traces}
    by_function = [sum(region.machine_code_bytes or 0 for region in one.regions) for one in found]
    assert [sum(trace.machine_code_bytes for trace in one._traces) for one in found] == by_function
    assert [sum(trace.exits for trace in one._traces) for one in found] == [
        sum(region.exits or 0 for region in one.regions) for one in found
    ]
    assert max(by_function) <= sum(trace.machine_code_bytes for trace in unique.values()) <= sum(by_function)
    # The executors themselves say which are the same ones.
    roots = set()
    for function in hinted:
        for offset in range(0, len(function.__code__.co_code), 2):
            try:
                executor = opcode.get_executor(function.__code__, offset)
            except ValueError:
                continue
            roots |= {id(executor)} if executor is not None else set()
    assert roots <= set(unique)
    for function in hinted:
        jitctl.remove(function)
