def g(n):
    if n <= 0:
        return 1
    x = n * 2 + 1 - n
    return f(n - 1) + x


def f(n):
    if n <= 0:
        return 0
    y = n * 3 - n + 4
    return g(n - 1) + y


ARGUMENTS = (150,)
