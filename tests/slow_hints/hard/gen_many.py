def g(k):
    for i in range(k):
        yield i


def f(n):
    t = 0
    for j in range(n // 3):
        for x in g(3):
            t += x
    return t


ARGUMENTS = (300,)
