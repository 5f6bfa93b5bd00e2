def g(a, *args, b=1, **kw):
    return a + b + len(args) + len(kw)


def f(n):
    t = 0
    for i in range(n):
        t += g(i, 1, 2, b=2, c=3)
    return t


ARGUMENTS = (300,)
