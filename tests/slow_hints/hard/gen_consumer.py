def g(n):
    for i in range(n):
        yield i


def f(n):
    t = 0
    for x in g(n):
        t += x
    return t


ARGUMENTS = (300,)
