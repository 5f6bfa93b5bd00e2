def f(n):
    t = 0
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError:
            t += 1
    return t


ARGUMENTS = (300,)
