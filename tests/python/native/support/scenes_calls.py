"""Scenes: the target's own loop, recursion, and every way to call it."""

CALLS = {}

CALLS["own loop"] = """
def target(n):
    for i in range(n):
        note(A())
def drive(n):
    target(n)
TARGETS = [target]
"""

CALLS["while loop"] = """
def target(n):
    while n:
        n -= 1
        note(A())
def drive(n):
    target(n)
TARGETS = [target]
"""

CALLS["nested loops"] = """
def target(n):
    for i in range(n // 20):
        for j in range(20):
            note(A())
        note(A())
def drive(n):
    target(n)
TARGETS = [target]
"""

CALLS["recursion"] = """
def target(n):
    note(A())
    return n if n <= 0 else target(n - 1) + 1
def drive(n):
    for _ in range(n // 50):
        target(50)
TARGETS = [target]
"""

CALLS["mutual recursion"] = """
def target(n):
    note(A())
    return n if n <= 0 else other(n - 1)
def other(n):
    return target(n)
def drive(n):
    for _ in range(n // 20):
        target(20)
TARGETS = [target]
"""


def _called(definition, call):
    return f"""
{definition}
    note(A())
    return a + b
def drive(n):
    t = 0
    pair = (1, 2)
    named = dict(a=1, b=2)
    for i in range(n):
        t += {call}
    return t
TARGETS = [target]
"""


CALLS["positional"] = _called("def target(a, b):", "target(i, 1)")
CALLS["keywords"] = _called("def target(a, b):", "target(a=i, b=1)")
CALLS["defaults"] = _called("def target(a, b=3):", "target(i)")
CALLS["keyword only"] = _called("def target(*, a, b=3):", "target(a=i)")
CALLS["star arguments"] = _called("def target(a, b):", "target(*pair)")
CALLS["double star arguments"] = _called("def target(a, b):", "target(**named)")
CALLS["takes star arguments"] = _called("def target(*c):\n    a, b = c", "target(i, 1)")

CALLS["lambda"] = """
target = lambda a: note(A()) or a
def drive(n):
    t = 0
    for i in range(n):
        t += target(i)
    return t
TARGETS = [target]
"""

CALLS["closure"] = """
def make():
    t = 0
    def inc(x):
        nonlocal t
        note(A())
        t += x
        return t
    return inc
target = make()
def drive(n):
    for i in range(n):
        target(i)
TARGETS = [target]
"""

CALLS["called by C"] = """
def target(a):
    note(A())
    return -a
def drive(n):
    for i in range(n // 10):
        sorted(range(10), key=target)
TARGETS = [target]
"""

CALLS["two levels deep"] = """
def target(a):
    note(A())
    return a + 1
def middle(a):
    return target(a) + 1
def drive(n):
    t = 0
    for i in range(n):
        t += middle(i)
    return t
TARGETS = [target]
"""

CALLS["nested definition"] = """
def target(n):
    def inner(a):
        note(A())
        return a
    t = 0
    for i in range(n):
        t += inner(i)
    return t
def drive(n):
    target(n)
TARGETS = [target]
"""

CALLS["through lru_cache"] = """
import functools
def target(a):
    note(A())
    return a
cached = functools.lru_cache(maxsize=4)(target)
def drive(n):
    for i in range(n):
        cached(i)
TARGETS = [target]
"""

CALLS["decorated by a wrapper"] = """
import functools
def target(a, *, b=1):
    note(A())
    return a + b
@functools.wraps(target)
def wrapped(*args, **named):
    return target(*args, **named)
def drive(n):
    for i in range(n):
        wrapped(i, b=2)
TARGETS = [target]
"""
