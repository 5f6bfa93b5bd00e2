def f(n):
    t = 0
    for x in (n,):
        t += x
    while t > 1000:
        t -= 1000
    return t


ARGUMENTS = (1,)
