"""When the samples are used: at the first call, at decoration, in the background; the function stays what it is."""

import functools
import gc
import inspect
import types
import weakref

import pytest
from warmed import BLIND, JIT, SEEN, fresh, jit_focus, jit_once

from jitctl import jit_ignore


def new():
    def total(n, step=1):
        result = 0
        for i in range(n):
            result += i * step
        return result

    return fresh(total)


def is_warm(seen):
    assert seen.kind == ("applied", "warm"), seen
    assert seen.measures["calls"] >= 8
    assert seen.measures["spent"] > 0
    # One figure, of warm calls: cold ones are no measure of what the hint did.
    assert [name for name in seen.measures if name.startswith("ns_per_call")] == ["ns_per_call"]
    assert seen.measures["ns_per_call"] > 0
    assert " per call" in seen.message
    assert "before" not in seen.message
    if BLIND:
        assert "caches are full" in seen.message
        assert "specialised_after" not in seen.measures
    else:
        assert seen.measures["specialised_before"] < 0.5 <= seen.measures["specialised_after"]
        assert seen.message.startswith("specialised ")
    return True


def test_first_call(verdict):
    total = new()
    code, same = total.__code__, jit_focus(sample_args=(50,))(total)
    assert same is total
    assert verdict(total).kind == ("pending", "first-call")
    assert total(4) == 6
    assert is_warm(verdict(total))
    assert total.__code__ is code
    assert total(4, step=2) == 12


def test_decoration(verdict):
    total = new()
    code = total.__code__
    assert jit_focus(sample_args=(50,), sample_kwargs={"step": 3}, when="decoration")(total) is total
    assert is_warm(verdict(total))
    assert total.__code__ is code


def test_background(settled):
    total = new()
    assert jit_focus(sample_args=(50,), when="background")(total) is total
    assert is_warm(settled(total))
    assert total(4) == 6


def test_once_is_trained_too_and_says_what_it_is_not(verdict):
    total = jit_once(sample_args=(50,), when="decoration")(new())
    assert is_warm(verdict(total))
    assert "native" in verdict(total).advice


def test_without_samples(verdict):
    total = jit_focus(infer=False)(new())
    assert verdict(total).kind == ("unsupported", "no-samples")
    assert "sample_args=" in verdict(total).advice
    assert total(4) == 6
    assert verdict(total).code == "no-samples"


def test_ignore(verdict):
    total = jit_ignore(new())
    assert verdict(total).kind == ("unsupported", "cannot-ignore")


def test_only_keywords(verdict):
    total = jit_focus(sample_kwargs={"n": 50}, when="decoration")(new())
    assert is_warm(verdict(total))


def test_no_arguments(verdict):
    made = []
    jit_focus(sample_args=(), when="decoration")(lambda: made.append(1))
    assert len(made) > 8


@pytest.mark.skipif(BLIND or JIT, reason="warmth is not to be seen on 3.10; with the JIT on it is a compiled loop")
def test_a_warm_function_is_left_alone(verdict):
    total = new()
    for _ in range(200):
        total(20)
    jit_focus(sample_args=(50,), when="decoration")(total)
    assert verdict(total).kind == ("applied", "already-warm")
    assert "calls" not in verdict(total).measures


def test_an_earlier_hint_is_dropped(verdict):
    made = []
    total = new()
    jit_focus(sample_args=lambda: made.append("first") or (9,))(total)
    jit_focus(sample_args=lambda: made.append("second") or (9,))(total)
    total(3)
    assert set(made) == {"second"}
    assert is_warm(verdict(total))


def test_ignore_drops_what_waited(verdict):
    made = []
    total = new()
    code = total.__code__
    jit_focus(sample_args=lambda: made.append(1) or (9,))(total)
    jit_ignore(total)
    assert total.__code__ is code
    assert total(4) == 6
    assert made == []
    assert verdict(total).code == "cannot-ignore"


def test_undo(undo):
    made = []
    total = new()
    code = total.__code__
    jit_focus(sample_args=lambda: made.append(1) or (9,))(total)
    assert undo(total)
    assert total.__code__ is code
    assert total(4) == 6
    assert made == []


def test_a_function_is_not_kept_alive():
    total = jit_focus(sample_args=(50,))(new())
    gone = weakref.ref(total)
    del total
    gc.collect()
    assert gone() is None


def test_a_function_that_dies_before_its_thread_starts():
    for _ in range(20):
        jit_focus(sample_args=(50,), when="background")(new())
    gc.collect()


def test_late_names(verdict):
    space = {}
    exec("def early(n):\n    return late(n) + 1", space)
    early = jit_focus(sample_args=(1,))(space["early"])
    space["late"] = lambda n: n * 10
    assert early(2) == 21
    assert verdict(early).kind[0] == "applied", verdict(early)


def test_metadata_is_untouched():
    total = new()
    before = [(name, getattr(total, name)) for name in dir(total) if name.startswith("__") and not_special(name)]
    signature, source = inspect.signature(total), inspect.getsource(total)
    jit_focus(sample_args=(50,))(total)
    for _ in range(2):
        assert [(name, getattr(total, name)) for name, _ in before] == before
        assert inspect.signature(total) == signature
        assert inspect.getsource(total) == source
        total(3)
    assert functools.WRAPPER_ASSIGNMENTS


def not_special(name):
    return name in ("__name__", "__qualname__", "__doc__", "__module__", "__defaults__", "__kwdefaults__", "__dict__")


def test_methods(verdict):
    class Counter:
        def __init__(self):
            self.count = 0

        def add(self, n):
            for _ in range(n):
                self.count += 1
            return self.count

    sample, real = Counter(), Counter()
    jit_focus(sample_args=(sample, 10))(Counter.add)
    assert real.add(3) == 3
    assert sample.count > 0
    assert verdict(Counter.add).status == "applied"


def test_closures_that_share_a_code_object(verdict):
    def make(k):
        return lambda n: sum([k] * n)

    functions = [jit_focus(sample_args=(20,))(make(k)) for k in range(3)]
    assert functions[1](2) == 2
    assert functions[2](2) == 4
    assert verdict(functions[1]).status == verdict(functions[2]).status == "applied"
    assert functions[0](2) == 0
    if not SEEN:  # one event for all of them
        assert verdict(functions[0]).status == "applied"


def test_recursion(verdict):
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    jit_focus(sample_args=(8,))(fib)
    assert fib(10) == 55
    assert verdict(fib).kind == ("applied", "warm")


def test_one_training_within_another(verdict):
    """Where no event comes from inside a callback, those who are called are trained first."""
    order = []
    space = {"order": order}
    exec(
        "def inner(n): return n + 1\n"
        "def middle(n): return inner(n) + inner(n) + len(order)\n"
        "def outer(n): return middle(n) * inner(n)\n",
        space,
    )
    for name in ("outer", "middle", "inner"):
        jit_focus(sample_args=lambda name=name: order.append(name) or (5,), budget_calls=50)(space[name])
    space["outer"](4)
    first = list(dict.fromkeys(order))
    assert first == (["outer", "middle", "inner"] if SEEN else ["inner", "middle", "outer"])
    for name in first:
        assert verdict(space[name]).status in ("applied", "partial"), verdict(space[name])
        assert verdict(space[name]).code != "already-warm"


def test_an_interrupt_in_what_comes_first(verdict):
    def stop():
        raise KeyboardInterrupt

    space = {}
    exec("def inner(n): return n + 1\ndef outer(n): return inner(n)\n", space)
    inner, outer = jit_focus(sample_args=stop)(space["inner"]), jit_focus(sample_args=(1,))(space["outer"])
    with pytest.raises(KeyboardInterrupt):
        outer(1)
    assert verdict(inner).kind == verdict(outer).kind == ("refused", "interrupted")
    assert outer(1) == 2


def test_training_started_by_its_own_sample(verdict):
    total = new()

    def samples():
        jit_focus(sample_args=(1,), when="decoration")(total)
        return (1,)

    jit_focus(sample_args=samples, when="decoration")(total)
    assert total(4) == 6


@pytest.mark.parametrize("space", [{}, {"__builtins__": {}}], ids=["none", "empty"])
@pytest.mark.parametrize("options", [{"sample_args": (5,)}, {"infer": True}], ids=["samples", "inferred"])
def test_globals_without_builtins(space, options, verdict, capfd):
    """What a training imports, it must not import by the `__import__` of the function that is called."""

    def twice(n: int):
        return n + n

    bare = types.FunctionType(twice.__code__.replace(), space)
    bare.__annotations__ = {"n": int}
    jit_focus(**options)(bare)
    assert bare(4) == 8
    assert verdict(bare).status == "applied", verdict(bare)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("space", [{}, {"__builtins__": {"range": range}}], ids=["no builtins", "builtins of its own"])
def test_first_call_of_a_function_whose_globals_cannot_import(verdict, space):
    total = new()
    bare = type(total)(total.__code__, space, "total", total.__defaults__)
    jit_focus(sample_args=(50,))(bare)
    assert bare(4) == 6
    assert is_warm(verdict(bare))
