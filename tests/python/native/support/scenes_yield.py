"""Scenes: generators, coroutines and asynchronous iteration."""

YIELDS = {}

YIELDS["generator"] = """
def target(k):
    for i in range(k):
        note(A())
        yield i
def drive(n):
    t = 0
    for _ in range(n // 100):
        for v in target(100):
            t += v
    return t
TARGETS = [target]
"""

YIELDS["long-lived generator"] = """
def target():
    i = 0
    while True:
        note(A())
        i += 1
        yield i
alive = target()
def drive(n):
    t = 0
    for _ in range(n):
        t += next(alive)
    for v in alive:
        t += v
        if v % n == 0:
            break
    return t
TARGETS = [target]
"""

YIELDS["generator without a loop"] = """
def target():
    note(A())
    yield 1
    note(A())
    yield 2
def drive(n):
    t = 0
    for _ in range(n // 2):
        for v in target():
            t += v
    return t
TARGETS = [target]
"""

YIELDS["loop in a generator"] = """
def target(k):
    t = 0
    for i in range(k):
        t += i
        note(A())
    yield t
def drive(n):
    for _ in range(n // 100):
        for v in target(100):
            pass
TARGETS = [target]
"""

YIELDS["send and throw"] = """
def target():
    got = 0
    while True:
        try:
            note(A())
            got = yield got
        except KeyError:
            note(A())
alive = target()
next(alive)
def drive(n):
    for i in range(n):
        alive.send(i)
        if not i % 10:
            alive.throw(KeyError)
TARGETS = [target]
"""

YIELDS["yield from"] = """
def inner(k):
    for i in range(k):
        note(A())
        yield i
def target(k):
    note(A())
    yield from inner(k)
    note(A())
def drive(n):
    t = 0
    for _ in range(n // 50):
        for v in target(50):
            t += v
    return t
TARGETS = [inner, target]
"""

YIELDS["async"] = """
async def leaf(a):
    note(A())
    return a
async def target(k):
    t = 0
    for i in range(k):
        t += await leaf(i)
        note(A())
    return t
def drive(n):
    for _ in range(n // 100):
        try:
            target(100).send(None)
        except StopIteration:
            pass
TARGETS = [leaf, target]
"""

YIELDS["async for"] = """
async def many(k):
    for i in range(k):
        note(A())
        yield i
async def target(k):
    t = 0
    async for v in many(k):
        t += v
        note(A())
    return t
def drive(n):
    for _ in range(n // 100):
        try:
            target(100).send(None)
        except StopIteration:
            pass
TARGETS = [many, target]
"""

YIELDS["async with"] = """
class M:
    async def __aenter__(self):
        note(A())
        return self
    async def __aexit__(self, *what):
        note(A())
async def target(k):
    for i in range(k):
        async with M():
            note(A())
def drive(n):
    for _ in range(n // 100):
        try:
            target(100).send(None)
        except StopIteration:
            pass
TARGETS = [M.__aenter__, M.__aexit__, target]
"""

YIELDS["asyncio"] = """
import asyncio
async def target(a):
    await asyncio.sleep(0)
    note(A())
    return a
async def main(n):
    t = 0
    for i in range(n):
        t += await target(i)
        if not i & 15:
            await asyncio.gather(target(1), target(2))
    return t
def drive(n):
    asyncio.run(main(n // 10))
TARGETS = [target]
DRIVERS = [main]
"""
