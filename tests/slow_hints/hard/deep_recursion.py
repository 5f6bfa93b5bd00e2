def f(n):
    if n <= 0:
        return 0
    s = 0
    for i in range(3):
        s += i
    return s + f(n - 1)


ARGUMENTS = (200,)
