"""A function with loops, methods and branches, its training, and what may come along afterwards."""

import gc
import time

from look import executors, graph, opcodes

import jitctl

SOURCE = """
class A:
    def __init__(self): self.v = 1
    def step(self): return self.v
class B:
    def __init__(self): self.w = 0; self.v = 2.5
    def step(self): return self.v * 2
def target(many, flag=0):
    t = 0
    for one in many:
        t = t + one.v
        t = t + one.step()
        if flag:
            t = t * 2 - flag
            t = abs(t) % 1000
    return t
"""


def make():
    space = {"__name__": "made"}
    exec(compile(SOURCE, "<made>", "exec"), space)
    return space


def train(space):
    many = [space["A"]() for _ in range(40)]
    for _ in range(400):
        space["target"](many)


def settle(space, train=train):
    "Real calls with collections between them, at which the backend looks at what it trains."
    for _ in range(60):
        train(space)
        time.sleep(0.06)
        gc.collect()
        if jitctl.stats(space["target"]).verdict.status != "pending":
            break
    return jitctl.stats(space["target"]).verdict


def unchanged(before, after):
    "Nothing specialised or compiled anew; code that CPython threw away may be gone."
    gone = [
        a == b or (a, b[:13]) == ("ENTER_EXECUTOR", "JUMP_BACKWARD") for a, b in zip(before[0], after[0], strict=False)
    ]
    return all(gone) and set(after[1]) <= set(before[1]) and set(after[2]) <= set(before[2])


def trained_again(f):
    "CPython dropped its compiled code, so it was trained anew, which the verdict says."
    return "CPython dropped its" in jitctl.stats(f).verdict.message


def state(f):
    return [opcodes(f), graph(f), sorted(executors(f))]


def shake(space):
    "New types, new branches, and both mixed, long enough to be specialised and compiled anew."
    f = space["target"]
    for kind in (space["B"], space["A"]):
        many = [kind() for _ in range(50)]
        for _ in range(400):
            f(many)
            f(many, 3)
    mixed = [space["A"](), space["B"]()] * 25
    for flag in (0, 1, 2.5):
        for _ in range(400):
            f(mixed, flag)
    return f(mixed, 1)
