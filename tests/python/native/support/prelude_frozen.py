"""What a function under `once` looks like inside, and the traffic that must not change it."""

from look import NAMES

from jitctl import _backend

SOURCE = """
def f(l):
    t = 0
    for a in l:
        if a > 50: t = t + a
        else: t = t - 1
    return t
"""


def make():
    space = {}
    exec(SOURCE, space)
    return space["f"]


def opcodes(f):
    base, raw = f.__code__.co_code, f.__code__._co_code_adaptive
    hidden = [
        i
        for i in range(0, len(base), 2)
        if NAMES.get(raw[i])
        in (
            "BINARY_OP_ADD_INT",
            "BINARY_OP",
            "COMPARE_OP",
            "COMPARE_OP_INT",
            "COMPARE_OP_FLOAT",
            "BINARY_OP_ADD_FLOAT",
            "FOR_ITER_LIST",
            "FOR_ITER_TUPLE",
            "FOR_ITER",
        )
    ]
    return [NAMES[raw[i]] for i in hidden]


def shape(f):
    return [(r["kind"], r["micro_ops"], r["valid"]) for r in _backend.observe(f)["regions"]]


def other_traffic(f):
    for _ in range(100):
        f([1.5, 60.5] * 50)  # other types
        f((60, 70, 1) * 20)  # another sequence
        f([1, 2, 3] * 30)  # the other branch

    def foreign(n):  # a hot caller that would inline it
        t = 0
        for _ in range(n):
            t += f([60])
        return t

    for _ in range(30):
        foreign(1_000)


def verdict(f):
    return _backend.record(f)["verdict"]
