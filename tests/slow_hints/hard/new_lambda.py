def f(n):
    g = lambda x: x + 1
    t = 0
    for i in range(n):
        t = g(t)
    return t


ARGUMENTS = (300,)
