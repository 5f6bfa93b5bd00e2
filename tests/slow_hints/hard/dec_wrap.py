import functools


def deco(g):
    @functools.wraps(g)
    def w(*a, **k):
        return g(*a, **k)

    return w


@deco
def g(x):
    return x + 1


def f(n):
    t = 0
    for i in range(n):
        t = g(t)
    return t


ARGUMENTS = (300,)
