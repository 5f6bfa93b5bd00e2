"""What is judged free of effects changes nothing: random functions, run under a snapshot of all they could reach.

More by hand: JITCTL_PROGRAMS=20000 python -m pytest tests/python/inference/test_nothing_changes.py
One seed: python tests/python/inference/test_nothing_changes.py 1234
"""

import contextlib
import gc
import io
import os
import signal
import sys
import warnings

import pytest
from programs import PRELUDE, Program, arguments
from snapshot import snapshot

from jitctl._inference import effect_of

PROGRAMS = int(os.environ.get("JITCTL_PROGRAMS", "700"))


MODULE = compile(PRELUDE, "prelude", "exec")


def compiled(source):
    # Some random programs are no programs: a nonlocal without a variable, a `del` of a call.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a constant is compared by identity, and the like
            code = compile(source, "program", "exec")
    except SyntaxError:
        return None
    namespace = {"__name__": "program"}
    exec(MODULE, namespace)
    exec(code, namespace)
    return namespace


class TooLongError(BaseException):
    pass


def interrupt(*_):
    raise TooLongError


@contextlib.contextmanager
def bounded(seconds):
    """End what runs for too long, where signals can: a program with effects may go on for ever."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        with contextlib.suppress(TooLongError):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def changes(namespace, makers):
    """Call the function, and say whether anything that existed before is different now."""
    values = [make() for make in makers]
    before = snapshot(namespace)
    written = io.StringIO()
    with contextlib.redirect_stdout(written), contextlib.suppress(Exception), bounded(1):
        result = namespace["f"](*values)
        del result
    del values
    gc.collect(0)
    return before != snapshot(namespace) or bool(written.getvalue())


def judged(program, statements=None):
    """Give (is judged free of effects, changes something); None for what is no program."""
    namespace = compiled(program.source(statements))
    if namespace is None:
        return None
    makers = arguments(program.seed)
    effect = effect_of(namespace["f"], [make() for make in makers], {})
    return effect is None, changes(namespace, makers)


def shrunk(program):
    """Leave out statements as long as the fault stays."""
    statements = program.statements
    smaller = True
    while smaller:
        smaller = False
        for index in range(len(statements)):
            fewer = statements[:index] + statements[index + 1 :]
            if judged(program, fewer) == (True, True):
                statements, smaller = fewer, True
                break
    return program.source(statements).split("def f(a, b, c):")[1]


def test_what_is_judged_free_of_effects_changes_nothing():
    found = []
    for seed in range(PROGRAMS):
        program = Program(seed)
        answer = judged(program)
        if answer is None:
            continue
        found.append(answer)
        assert answer != (True, True), f"seed {seed} changes something:\n{shrunk(program)}"
    free = sum(free for free, _ in found)
    changing = sum(changing for _, changing in found)
    # The programs must be such that the test could fail, and the analysis such that it says yes at all.
    assert free > len(found) / 10, (free, changing, len(found))
    assert changing > len(found) / 10, (free, changing, len(found))


if __name__ == "__main__":
    wanted = Program(int(sys.argv[1]))
    print(judged(wanted), shrunk(wanted) if judged(wanted) == (True, True) else wanted.source().split("def f(a")[1])
elif PROGRAMS < 1:
    pytest.skip("no programs asked for", allow_module_level=True)
