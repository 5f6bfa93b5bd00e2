"""Scenes: exceptions, context managers, match, comprehensions, and returns into the target."""

FLOW = {}

FLOW["try finally"] = """
def target(a):
    try:
        if a % 3 == 0:
            raise ValueError
        note(A())
        return a
    finally:
        note(A())
def drive(n):
    for i in range(n):
        try:
            target(i)
        except ValueError:
            pass
TARGETS = [target]
"""

FLOW["try except in own loop"] = """
d = {0: 1, 1: 2}
def target(n):
    t = 0
    for i in range(n):
        try:
            t += d[i % 3]
            note(A())
        except KeyError:
            note(A())
    return t
def drive(n):
    target(n)
TARGETS = [target]
"""

FLOW["context manager"] = """
class M:
    def __enter__(self):
        note(A())
        return self
    def __exit__(self, *what):
        note(A())
m = M()
def drive(n):
    t = 0
    for i in range(n):
        with m:
            t += i
    return t
TARGETS = [M.__enter__, M.__exit__]
"""

FLOW["with in the target"] = """
class M:
    def __enter__(self):
        return self
    def __exit__(self, *what):
        return None
m = M()
def target(a):
    with m:
        note(A())
        return a
def drive(n):
    t = 0
    for i in range(n):
        t += target(i)
    return t
TARGETS = [target]
"""

FLOW["contextlib"] = """
import contextlib
def target():
    note(A())
    yield 1
    note(A())
manager = contextlib.contextmanager(target)
def drive(n):
    for i in range(n // 4):
        with manager():
            pass
TARGETS = [target]
"""

FLOW["match"] = """
def target(v):
    note(A())
    match v:
        case [a, b]:
            return a + b
        case {"k": x}:
            return x
        case int(x) if x > 5:
            return x
        case _:
            return 0
def drive(n):
    t = 0
    many = ([1, 2], {"k": 3}, 7, None)
    for i in range(n):
        t += target(many[i & 3])
    return t
TARGETS = [target]
"""

FLOW["comprehension"] = """
def target(k):
    return [note(A()) for _ in range(k)]
def drive(n):
    for _ in range(n // 40):
        target(40)
TARGETS = [target]
"""

FLOW["generator expression"] = """
def target(k):
    return sum((note(A()) or 1) for _ in range(k))
def drive(n):
    for _ in range(n // 40):
        target(40)
TARGETS = [target]
"""

FLOW["hot callee returns"] = """
def hot(k):
    t = 0
    for i in range(k):
        t += i
    return t
def target(k):
    t = 0
    t += hot(6)
    note(A())
    t += hot(6)
    note(A())
    return t
def drive(n):
    for _ in range(n // 10):
        target(1)
TARGETS = [target]
DRIVERS = [hot]
"""

FLOW["hot entry returns"] = """
def hot(a, b, c):
    x = a * b + c
    y = x * a - b
    z = y * c + x
    return x * 3 + y * 2 + z
def target(k):
    t = 0
    while k:
        t += hot(k, 2, 3) & 7
        note(A())
        k -= 1
    return t
def drive(n):
    for _ in range(n // 10):
        target(10)
TARGETS = [target]
DRIVERS = [hot]
"""

FLOW["hot generator yields into the target"] = """
def hot(k):
    for i in range(k):
        yield i
def target(k):
    t = 0
    for v in hot(k):
        t += v
        note(A())
    return t
def drive(n):
    for _ in range(n // 100):
        target(100)
TARGETS = [target]
DRIVERS = [hot]
"""

FLOW["C call in a for loop after a return"] = """
def hot(k):
    t = 0
    for i in range(k):
        t += i
    return t
def target(k):
    for a in iter(A, None):
        note(a)
        k -= hot(6) > 0
        if not k:
            return
def drive(n):
    for _ in range(n // 10):
        target(10)
TARGETS = [target]
DRIVERS = [hot]
"""

FLOW["C call in an attribute after a return"] = """
from itertools import repeat, starmap
class Probe(starmap):
    on = property(next)
probe = Probe(A, repeat(()))
def hot(k):
    t = 0
    for i in range(k):
        t += i
    return t
def target(k):
    while k:
        hot(6)
        a = probe.on
        k -= 1
        note(a)
def drive(n):
    for _ in range(n // 10):
        target(10)
TARGETS = [target]
DRIVERS = [hot]
"""
