import random

R = random.Random(1)
DATA = [R.randrange(1000) for _ in range(1000)]


def f(n):
    t = 0
    for x in DATA[:n]:
        if x % 2:
            t += 1
        if x % 3:
            t += 2
        if x % 5:
            t += 3
        if x % 7:
            t += 4
        if x > 500:
            t -= 1
    return t


ARGUMENTS = (300,)
