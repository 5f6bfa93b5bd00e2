L = [1, 2]


def f(n):
    t = 0
    for j in range(n):
        for x in L:
            t += x
    return t


ARGUMENTS = (300,)
