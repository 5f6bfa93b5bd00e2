KINDS = [1, 2.5, "s", None, (1,)]


def f(n):
    t = 0
    for i in range(n):
        x = KINDS[i % 5]
        if isinstance(x, int):
            t += 1
        elif isinstance(x, float):
            t += 2
        elif isinstance(x, str):
            t += len(x)
        elif x is None:
            t -= 1
        else:
            t += x[0]
    return t


ARGUMENTS = (300,)
