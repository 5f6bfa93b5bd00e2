D = {1: 2}


def f(n):
    t = 0
    for i in range(n):
        try:
            t += D[i]
        except KeyError:
            t += 1
    return t


ARGUMENTS = (300,)
