G = 0


def f(n):
    global G
    for i in range(n):
        G = G + 1
    return G


ARGUMENTS = (300,)
