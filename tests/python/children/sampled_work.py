"""Work that goes on until samples were taken: how many there are in a second is the system's clock's affair.

Imported by programs under `jitctl find` and `jitctl run --record`, and by those that sample themselves.
"""

import signal

from jitctl import _router


def taken():
    """Give how many samples there are so far, taken by the extension or by the handler in Python."""
    own = getattr(signal.getsignal(signal.SIGPROF), "__self__", None)
    if own is None:
        return _router.backend.sampling_taken()
    while True:
        try:
            return own.samples
        except RuntimeError:  # on PyPy, the handler may add a line while they are summed up
            continue


def until_taken(count, steps=300):
    """Go on for so many steps, and then until there are so many samples more: none, where none are taken."""
    yield from range(steps)
    end = taken() + count
    while taken() < end:
        yield
