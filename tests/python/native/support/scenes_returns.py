"""Scenes: Python code that the target starts in every way there is, returning into the middle of one of its lines.

`probe.on` calls `A` without a call instruction, so it also sees compiled code that goes on behind a return and ends at
the target's next call.
"""

RETURNS = {}

PROBE = """
from itertools import repeat, starmap
class Probe(starmap):
    on = property(next)
probe = Probe(A, repeat(()))
def hot(k=6):
    t = 0
    for i in range(k):
        t += i
    return t
"""


def _returns(expression, definition="", before="pass"):
    definition = "\n".join(line[4:] if line.startswith("    ") else line for line in definition.strip("\n").split("\n"))
    return f"""{PROBE}
{definition}
def target(k):
    {before}
    while k:
        a = ({expression}, probe.on)[1]
        note(a)
        k -= 1
    note(probe.on)
def drive(n):
    for _ in range(n // 10):
        target(10)
TARGETS = [target]
DRIVERS = [hot]
"""


RETURNS["a call"] = _returns("hot(6)")
RETURNS["a call by keyword"] = _returns("hot(k=6)")
RETURNS["a call with stars"] = _returns("hot(*(6,))")
RETURNS["a call in a call"] = _returns("hot(hot(3))")

RETURNS["a property"] = _returns(
    "it.sum",
    """
    class Has:
        @property
        def sum(self):
            return hot(6)
    it = Has()
    """,
)

RETURNS["a property with a loop"] = _returns(
    "it.sum",
    """
    class Has:
        @property
        def sum(self):
            t = 0
            for i in range(6):
                t += i
            return t
    it = Has()
    """,
)

RETURNS["a property that returns what is called"] = _returns(
    "it.sum(6)",
    """
    class Has:
        @property
        def sum(self):
            t = 0
            for i in range(6):
                t += i
            return abs
    it = Has()
    """,
)

RETURNS["an overridden __getattribute__"] = _returns(
    "it.sum",
    """
    class Has:
        def __getattribute__(self, name):
            t = 0
            for i in range(6):
                t += i
            return t
    it = Has()
    """,
)

RETURNS["__getattr__"] = _returns(
    "it.sum",
    """
    class Has:
        def __getattr__(self, name):
            return hot(6)
    it = Has()
    """,
)

RETURNS["__getitem__"] = _returns(
    "it[6]",
    """
    class Has:
        def __getitem__(self, k):
            t = 0
            for i in range(k):
                t += i
            return t
    it = Has()
    """,
)

RETURNS["__init__"] = _returns(
    "Made(6)",
    """
    class Made:
        def __init__(self, k):
            self.t = 0
            for i in range(k):
                self.t += i
    """,
)

RETURNS["__call__"] = _returns(
    "it(6)",
    """
    class Has:
        def __call__(self, k):
            t = 0
            for i in range(k):
                t += i
            return t
    it = Has()
    """,
)

RETURNS["operators"] = _returns(
    "(it + 6, 6 in it, it == 6, -it, bool(it), f'{it}', it < 6, len(it))",
    """
    class Has:
        def __add__(self, k):
            return hot(k)
        def __contains__(self, k):
            return hot(k) > 0
        def __eq__(self, k):
            return hot(k) > 0
        def __neg__(self):
            return hot(6)
        def __bool__(self):
            return hot(6) > 0
        def __format__(self, how):
            return str(hot(6))
        def __lt__(self, k):
            return hot(6) > 0
        def __len__(self):
            return hot(6)
    it = Has()
    """,
)

RETURNS["stores and deletes"] = _returns(
    "(it := Has(), setattr(it, 'x', 6), it.__setitem__(1, 2))",
    """
    class Has:
        def __setattr__(self, name, value):
            hot(6)
        def __setitem__(self, key, value):
            hot(6)
    """,
)

RETURNS["a method"] = _returns(
    "it.sum(6)",
    """
    class Has:
        def sum(self, k):
            t = 0
            for i in range(k):
                t += i
            return t
    it = Has()
    """,
)

RETURNS["a key function in C"] = _returns("sorted((3, 1, 2), key=hot)")
RETURNS["map and sum"] = _returns("sum(map(hot, (3, 4)))")

RETURNS["__iter__ and a generator"] = _returns(
    "[*it]",
    """
    class Has:
        def __iter__(self):
            for i in range(6):
                yield i
    it = Has()
    """,
)

RETURNS["a comprehension over a generator"] = _returns(
    "[(i, probe.on) for i in many(6)]",
    """
    def many(k):
        for i in range(k):
            yield i
    """,
)

RETURNS["unpacking"] = _returns("(lambda a, *b: hot(a))(*range(4))")

RETURNS["a builtin that is rebound"] = f"""{PROBE}
len = len
def target(k):
    while k:
        a = (len("abc"), probe.on)[1]
        note(a)
        k -= 1
def drive(n):
    global len
    for _ in range(n // 40):
        target(10)
    len, before = hot_length, len
    for _ in range(n // 10):
        target(10)
    len = before
def hot_length(text):
    t = 0
    for i in range(6):
        t += i
    return t
TARGETS = [target]
DRIVERS = [hot_length]
"""
