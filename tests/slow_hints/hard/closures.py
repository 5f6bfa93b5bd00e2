def f(n):
    t = 0

    def add(x):
        nonlocal t
        t += x

    for i in range(n):
        add(i)
    return t


ARGUMENTS = (300,)
