"""A plain hint never changes the function that waits: where that cannot be had, inference waits to be asked."""

from warmed import SEEN, fresh, jit_focus


def work(n: int = 20):
    return sum(range(n))


def test_the_code_stays(verdict):
    f = fresh(work)
    code = f.__code__
    jit_focus(f)
    assert f.__code__ is code
    if SEEN:
        assert verdict(f).kind == ("unsupported", "no-samples")
        assert "infer=True" in verdict(f).advice
    else:
        assert verdict(f).kind == ("pending", "first-call")
    assert f(5) == 10


def test_who_asks_gets_it(verdict):
    f = fresh(work)
    jit_focus(infer=True)(f)
    assert f(5) == 10
    assert verdict(f).kind[0] == "applied", verdict(f)


def test_a_threshold_means_nothing_here_and_is_said_to(verdict):
    f = fresh(work)
    jit_focus(threshold=40)(f)
    assert f(5) == 10
    assert "threshold means nothing here" in verdict(f).message
