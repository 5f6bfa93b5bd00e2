"""Warmth is read from the bytecode: what is specialised, what was tried in vain, and what was never reached."""

import pytest
from place import installed

backend = installed._backend


def observed(function):
    return backend.observe(function)


def make(source):
    space = {}
    exec(source, space)
    return space["f"], space


SHOWS = observed(make("def f(a): return a + a")[0]).get("failed") is not None
shows = pytest.mark.skipif(not SHOWS, reason="this interpreter shows no counters")

#: none of its instructions can be specialised for such an object
VAIN = """
class A:
    def __add__(self, other): return 1
    def __lt__(self, other): return True
a = A()
def f(a):
    (a + a) and (a < a)
"""


@shows
def test_fresh_code_is_cold():
    f, _ = make("def f(a, b): return a * b + a")
    seen = observed(f)
    assert (seen["specialised"], seen["failed"]) == (0, 0)
    assert seen["specialisable"] >= 2


@shows
def test_specialised_code_is_warm_and_nothing_failed():
    f, _ = make("def f(a, b): return a * b + a")
    for _ in range(100):
        f(2, 3)
    seen = observed(f)
    assert seen["specialised"] == seen["specialisable"]
    assert seen["failed"] == 0


@shows
def test_what_cannot_be_specialised_is_seen_to_have_failed():
    f, space = make(VAIN)
    for _ in range(100):
        f(space["a"])
    seen = observed(f)
    # `and` tests a plain int for its truth, which some versions specialise.
    assert seen["failed"] >= 2
    assert seen["failed"] + seen["specialised"] == seen["specialisable"]


@shows
def test_what_was_not_reached_is_neither():
    f, space = make(VAIN.replace("    (a + a)", "    if a is None:\n        (a + a)"))
    for _ in range(100):
        f(space["a"])
    seen = observed(f)
    assert (seen["specialised"], seen["failed"]) == (0, 0)
    assert seen["specialisable"] >= 2


@shows
def test_one_failure_is_not_enough():
    f, space = make(VAIN)
    for _ in range(3):
        f(space["a"])
    assert observed(f)["failed"] == 0


@shows
def test_the_record_says_how_warm():
    f, space = make(VAIN)
    installed.jit_focus(f)
    assert installed.stats(f).tier.warmth == 0.0
    for _ in range(100):
        f(space["a"])
    tier = installed.stats(f).tier
    assert tier.warmth == 1.0
    assert tier.to_dict()["failed"] == tier.failed
    # Where the hint had the entry compiled, no counter of the function moved again.
    assert tier.failed >= 2 or any(region.valid and region.kind == "entry" for region in tier.regions)


def test_reading_changes_nothing():
    f, space = make(VAIN)
    for _ in range(20):
        f(space["a"])
    before = getattr(f.__code__, "_co_code_adaptive", None)
    for _ in range(50):
        observed(f)
    assert getattr(f.__code__, "_co_code_adaptive", None) == before


def test_no_bytecode_no_warmth(pure):
    assert pure._backend.observe(len)["failed"] is None
    assert observed(len)["failed"] is None


@shows
@pytest.mark.parametrize("argument", ["1", "a"])
def test_a_warm_function_is_not_warmed_again(run_part, argument):
    """Also one that is as warm as it gets although nothing of it is specialised."""
    told = run_part("a_warm_function_is_not_warmed_again", given={"argument": argument}, JITCTL_BACKEND="warmup")
    assert told.startswith("already-warm 0 ")


@shows
def test_a_cold_function_is_warmed(run_part):
    told = run_part("a_cold_function_is_warmed", JITCTL_BACKEND="warmup")
    assert told.split() == ["warm", "1.0"]


@shows
def test_what_compiled_code_runs_counts_as_warm(run_part):
    """A compiled entry stands for the function and a compiled loop for its body, and for no more."""
    told = run_part("what_compiled_code_runs_counts_as_warm", JITCTL_BACKEND="noop", PYTHON_JIT="1")
    for line in told.splitlines():
        kinds, numbers = line.partition("]")[0], line.partition("]")[2].split()
        possible, counted, settled = map(int, numbers)
        assert counted < possible
        if "entry" in kinds:
            assert settled == possible
        elif "loop" in kinds:
            assert counted < settled < possible
        else:
            assert settled == counted
