def f(n):
    t = 0
    for x in (1, 2):
        t += x
    return t


ARGUMENTS = (1,)
