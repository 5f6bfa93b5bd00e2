"""Scenes like those of `scenes_returns.py`, in which a generator or another frame stands between call and return."""

from scenes_returns import PROBE

RETURNS = {}

RETURNS["a generator in a for loop"] = f"""{PROBE}
def many(k):
    for i in range(k):
        yield i
def target(k):
    for v in many(k):
        a = probe.on
        note(a)
    note(probe.on)
def drive(n):
    for _ in range(n // 20):
        target(20)
TARGETS = [target]
DRIVERS = [many]
"""

RETURNS["a generator that replaces a list"] = f"""{PROBE}
def many(k):
    for i in range(k):
        yield i
def target(items):
    for v in items:
        a = probe.on
        note(a)
    note(probe.on)
def drive(n):
    for _ in range(n // 40):
        target([1, 2, 3])
    for _ in range(n // 20):
        target(many(20))
TARGETS = [target]
DRIVERS = [many]
"""

RETURNS["a generator that runs the target"] = f"""{PROBE}
def many(k):
    for i in range(k):
        target([i])
        for j in range(4):
            yield j
def target(items):
    for v in items:
        a = probe.on
        note(a)
def drive(n):
    for _ in range(n // 200):
        target(many(40))
TARGETS = [target]
DRIVERS = [many]
"""

RETURNS["types that take turns"] = f"""{PROBE}
class Plain:
    sum = 1
    def __init__(self):
        self.sum = 2
class Has:
    @property
    def sum(self):
        t = 0
        for i in range(6):
            t += i
        return t
class Items(list):
    def __getitem__(self, k):
        t = 0
        for i in range(6):
            t += i
        return t
turns = [(Plain(), [1, 2, 3]), (Has(), Items((1, 2, 3)))]
def target(k, it, items):
    while k:
        a = (it.sum, probe.on)[1]
        note(a)
        a = (items[1], probe.on)[1]
        note(a)
        k -= 1
def drive(n):
    for i in range(n // 10):
        target(10, *turns[i // 300 & 1])
TARGETS = [target]
DRIVERS = [Has.sum.fget, Items.__getitem__]
"""

RETURNS["send and yield from"] = f"""{PROBE}
def many(k):
    t = 0
    for i in range(k):
        t += i
    if k & 1:
        yield t
    return t
def target(k):
    while k:
        t = (yield from many(k)), probe.on
        note(t[1])
        k -= 1
def drive(n):
    for _ in range(n // 20):
        for v in target(20):
            pass
TARGETS = [target]
DRIVERS = [many]
"""

RETURNS["await"] = f"""{PROBE}
async def many(k):
    t = 0
    for i in range(k):
        t += i
    return t
async def target(k):
    while k:
        t = (await many(6), probe.on)
        note(t[1])
        k -= 1
def drive(n):
    for _ in range(n // 20):
        try:
            target(10).send(None)
        except StopIteration:
            pass
TARGETS = [target]
DRIVERS = [many]
"""

RETURNS["a context manager"] = f"""{PROBE}
class Manager:
    def __enter__(self):
        t = 0
        for i in range(6):
            t += i
        return t
    def __exit__(self, *what):
        t = 0
        for i in range(6):
            t += i
        return True
manager = Manager()
def target(k):
    while k:
        with manager:
            a = probe.on
            note(a)
            if k & 1:
                raise ValueError
        a = probe.on
        note(a)
        k -= 1
def drive(n):
    for _ in range(n // 10):
        target(10)
TARGETS = [target]
DRIVERS = [Manager.__enter__, Manager.__exit__]
"""

RETURNS["super"] = f"""{PROBE}
class Base:
    def sum(self, k):
        t = 0
        for i in range(k):
            t += i
        return t
    @property
    def all(self):
        t = 0
        for i in range(6):
            t += i
        return t
class Derived(Base):
    def target(self, k):
        while k:
            a = (super().sum(6), probe.on)[1]
            note(a)
            a = (super().all, probe.on)[1]
            note(a)
            k -= 1
it = Derived()
def drive(n):
    for _ in range(n // 10):
        it.target(10)
TARGETS = [Derived.target]
DRIVERS = [Base.sum]
"""

RETURNS["exceptions"] = f"""{PROBE}
def raises(k):
    t = 0
    for i in range(k):
        t += i
    raise ValueError(t)
def target(k):
    while k:
        try:
            raises(6)
        except ValueError:
            a = probe.on
            note(a)
        finally:
            a = (hot(6), probe.on)[1]
            note(a)
        k -= 1
def drive(n):
    for _ in range(n // 10):
        target(10)
TARGETS = [target]
DRIVERS = [raises, hot]
"""

RETURNS["far jumps"] = (
    f"""{PROBE}
def many(k):
    for i in range(k):
        yield i
def target(k):
    for v in many(k):
        a = (hot(6), probe.on)[1]
        note(a)
        if v < 0:
"""
    + "            a = k + v * 3 - a\n" * 80
    + """    note(probe.on)
def drive(n):
    for _ in range(n // 20):
        target(20)
TARGETS = [target]
DRIVERS = [many, hot]
"""
)
