"""What the tests of test_shown.py have fresh interpreters run."""

from parts import given, part

import jitctl


def raising(n):
    for _ in range(n):
        try:
            raise ValueError
        except ValueError:
            pass


def yielding(n):
    for i in range(n):  # noqa: UP028 - the loop is what is told
        yield i


if part("a_training_that_compiled_nothing_says_why"):
    f = globals()[given.function]
    jitctl.jit_focus(sample_args=(100,), when="decoration", budget_calls=300, budget_ms=5000)(f)
    verdict = jitctl.stats(f).verdict
    print(f.__code__.co_firstlineno, "|", verdict.message, "|", verdict.advice)
