"""A profile comes, goes, and leaves nothing behind; the function stays what it was."""

import copy
import gc
import inspect
import pickle
import sys
import types
import weakref

import pytest


def target(x, y=2, *, z=3):
    """Add."""
    return x + y + z


def caller(function, n):
    for _ in range(n):
        function(1)


def looks(function):
    return {
        "signature": str(inspect.signature(function)),
        "source": inspect.getsource(function),
        "dict": dict(vars(function)),
        "type": type(function),
        "code": function.__code__,
        "repr": repr(function),
        "pickle": pickle.dumps(function),
        "copy": copy.copy(function) is function,
        "names": (function.__name__, function.__qualname__, function.__module__, function.__doc__),
        "size": sys.getsizeof(function),
        "dir": dir(function),
    }


def test_the_function_stays_what_it_was(jitctl, profiling):
    before = looks(target)
    assert jitctl.jit_once(target, profile=True) is target
    target(1)
    assert looks(target) == before
    profiling.stop(target)
    assert looks(target) == before


def test_results_frames_and_errors_of_calls(profiled):
    def frames():
        return [info.function for info in inspect.stack()[:2]]

    def grumble(x):
        raise TypeError(x)

    expected = frames()
    profiled(frames)
    assert frames() == expected
    profiled(target)
    assert (target(1), target(1, 4), target(1, z=5), target(*(1,), y=0)) == (6, 8, 8, 4)
    with pytest.raises(TypeError, match=r"target\(\) got an unexpected keyword argument 'w'"):
        target(1, w=1)
    with pytest.raises(TypeError, match=r"target\(\) missing 1 required positional argument: 'x'"):
        target()
    profiled(grumble)
    with pytest.raises(TypeError, match=r"^me$"):
        grumble("me")


def fresh(name="fresh"):
    names = {}
    exec(f"def {name}(x): return x\ndef run(f, n):\n    for _ in range(n): f(1)\n", names)
    return names[name], names["run"]


def call_opcode(function):
    import dis

    names = [one.opname for one in dis.get_instructions(function, adaptive=True)]
    return [name for name in names if name.startswith(("CALL", "INSTRUMENTED_CALL"))][-1]  # the first is of range


@pytest.fixture
def specialises():
    """Skip where calls are not specialised just now (a tool that instruments calls)."""
    function, run = fresh()
    run(function, 200)
    if call_opcode(run) != "CALL_PY_EXACT_ARGS":
        pytest.skip(f"calls are {call_opcode(run)} here without the profiler too")


def test_calls_are_specialised_again_after_stopping(profiled, profiling, specialises):
    function, run = fresh()
    profiled(function)
    run(function, 200)
    profiling.stop(function)
    other, run_again = fresh()
    del other
    run_again(function, 200)
    assert call_opcode(run_again) == "CALL_PY_EXACT_ARGS"


def test_sites_specialised_before_are_valid_again(profiled, profiling, calls, specialises):
    function, run = fresh()
    run(function, 200)
    assert call_opcode(run) == "CALL_PY_EXACT_ARGS"
    profiled(function)
    run(function, 5)
    assert calls(function).count == 5
    profiling.stop(function)
    run(function, 20_000)
    assert call_opcode(run) == "CALL_PY_EXACT_ARGS"
    assert calls(function).count == 5


@pytest.mark.parametrize("change", ["code", "defaults", "kwdefaults"])
def test_a_function_changed_meanwhile(profiled, profiling, calls, change):
    names = {}
    exec("def f(x, y=2, *, z=3): return x, y, z\ndef g(x, y=0, *, z=0): return z, y, x", names)
    f, g = names["f"], names["g"]

    def run():
        return [f(1) for _ in range(100)]

    run()
    profiled(f)
    run()
    if change == "code":
        f.__code__ = g.__code__
        expected = (3, 2, 1)
    elif change == "defaults":
        f.__defaults__ = (7,)
        expected = (1, 7, 3)
    else:
        f.__kwdefaults__ = {"z": 8}
        expected = (1, 2, 8)
    assert run() == [expected] * 100
    assert calls(f).count == 200
    profiling.stop(f)
    assert run() == [expected] * 100


def test_a_generator_whose_code_is_replaced(jitctl, profiling):
    def one():
        yield 1

    def other():
        yield 2

    jitctl.jit_ignore(one, profile=True)
    assert list(one()) == [1]
    one.__code__ = other.__code__
    assert list(one()) == [2]
    profiling.stop(one)
    assert list(one()) == [2]


def test_start_stop_and_reset(jitctl, profiling):
    function, run = fresh()
    with pytest.raises(LookupError, match=r"fresh \(function\) has no hint; decorate it with jit_focus"):
        profiling.start(function)
    jitctl.jit_ignore(function)
    assert jitctl.stats(function).profile is None
    profiling.start(function)
    run(function, 3)
    profiling.start(function)
    run(function, 3)
    assert jitctl.stats(function).profile.state == "on"
    assert jitctl.stats(function).profile.all.count == 6
    assert profiling.reset(function) == 1
    run(function, 2)
    assert jitctl.stats(function).profile.all.count == 2
    assert profiling.stop(function) == 1
    assert profiling.stop(function) == 0
    run(function, 2)
    stopped = jitctl.stats(function).profile
    assert (stopped.state, stopped.all.count) == ("off", 2)
    profiling.start(function)
    run(function, 1)
    assert jitctl.stats(function).profile.all.count == 1
    profiling.stop(function)
    assert profiling.reset(function) == 1
    assert jitctl.stats(function).profile is None


def test_the_keyword(jitctl, profiling):
    class Shop:
        def sell(self):
            return 1

        @property
        def price(self):
            return 2

    assert jitctl.jit_once(Shop, profile=True) is Shop
    assert Shop().sell() + Shop().price == 3
    assert [record.profile.all.count for record in jitctl.stats(Shop)] == [1, 1]
    jitctl.jit_once(Shop, profile=False)
    assert {record.profile.state for record in jitctl.stats(Shop)} == {"off"}
    jitctl.jit_ignore(Shop.sell)
    assert jitctl.stats(Shop.sell).profile.state == "off", "another hint says nothing of the profile"


def test_undo_ends_the_profile(jitctl, profiling):
    function, run = fresh()
    jitctl.jit_ignore(function, profile=True)
    run(function, 3)
    assert jitctl._backend.undo(function)
    run(function, 3)
    jitctl.jit_ignore(function)
    assert jitctl.stats(function).profile is None


def test_reading_is_not_counted_and_changes_nothing(jitctl, profiled):
    function, run = fresh()
    profiled(function)
    run(function, 10)
    first = jitctl.stats(function).to_dict()
    for _ in range(3):
        str(jitctl.stats()), jitctl.stats()._repr_html_()
        assert jitctl.stats(function).to_dict() == first


def test_functions_may_die_while_profiled(jitctl, profiling):
    for kind in ("def f(x): return x", "def f(x): yield x"):
        names = {}
        exec(kind, names)
        f = names.pop("f")
        jitctl.jit_ignore(f, profile=True)
        f(1)
        gone = weakref.ref(f)
        del f
        names.clear()
        gc.collect()
        assert gone() is None


def test_a_generator_may_outlive_its_function(jitctl, profiling):
    def numbers():
        yield 1
        yield 2
        yield 3

    jitctl.jit_ignore(numbers, profile=True)
    left = numbers()
    next(left)
    del numbers
    gc.collect()
    assert list(left) == [2, 3]


def test_stopping_inside_a_call(jitctl, profiling):
    def stops(again):
        profiling.stop(stops)
        if again:
            profiling.start(stops)
        return 1

    jitctl.jit_ignore(stops, profile=True)
    assert stops(False) == 1
    assert jitctl.stats(stops).profile.all.count == 0
    profiling.start(stops)
    assert stops(True) == 1
    assert jitctl.stats(stops).profile.all.count == 0, "that call belongs to the profile that was stopped"


def test_functions_made_by_hand(jitctl, profiled, calls):
    made = types.FunctionType(target.__code__, globals(), "made", (2,))
    made.__kwdefaults__ = {"z": 1}
    profiled(made)
    assert [made(1) for _ in range(100)] == [4] * 100
    assert calls(made).count == 100


@pytest.mark.skipif(not hasattr(sys, "gettotalrefcount"), reason="references are counted on debug builds only")
@pytest.mark.parametrize("source", ["def f(x): return x", "def f(x): yield x", "class C:\n  def __init__(self): pass"])
def test_no_reference_leaks(jitctl, profiling, source):
    def rounds(n):
        for _ in range(n):
            names = {}
            exec(source, names)
            f = names["f"] if "f" in names else names["C"].__init__
            jitctl.jit_ignore(f, profile=True)
            for _ in range(3):
                list(f(1) or ()) if "yield" in source else f(1)
            jitctl.stats(f)
            if n % 2:
                profiling.stop(f)
            jitctl._backend.undo(f)
            del f
            names.clear()
        gc.collect()

    rounds(60)
    rounds(61)
    growth = []
    for _ in range(3):
        start = sys.gettotalrefcount()
        rounds(200)
        rounds(201)
        growth.append(sys.gettotalrefcount() - start)
    # What leaks does so each time; caches that settle slowly do not.
    assert min(growth) < 200, f"half a reference per round: {growth}"


def test_under_tracing_tools(run_part):
    for tool in ("settrace", "setprofile"):
        assert run_part("under_tracing_tools", given={"tool": tool}) == "fine"


def test_fork(run_part):
    assert run_part("fork") == "0"
