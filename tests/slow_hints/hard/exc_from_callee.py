def g(i):
    if i & 1:
        raise ValueError(i)
    return i


def f(n):
    t = 0
    for i in range(n):
        try:
            t += g(i)
        except ValueError:
            t += 1
    return t


ARGUMENTS = (300,)
