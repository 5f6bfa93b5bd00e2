def f(n):
    t = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                continue
            t += i
        finally:
            t += 1
    return t


ARGUMENTS = (300,)
