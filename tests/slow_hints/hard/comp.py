def f(n):
    return sum([x * 2 for x in range(n) if x % 3])


ARGUMENTS = (300,)
