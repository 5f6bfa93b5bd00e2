import random

R = random.Random(1)
DATA = [R.randrange(1 << 16) for _ in range(1000)]


def f(n):
    t = 0
    for x in DATA[:n]:
        if x & 1:
            if x & 2:
                t += 1
            else:
                t += 2
        else:
            t += 3
        if x & 4:
            t ^= 1
        if x & 8:
            t ^= 2
        if x & 16:
            t ^= 3
        if x & 32:
            t ^= 4
        if x & 64:
            t ^= 5
        if x & 128:
            t ^= 6
        if x & 256:
            t ^= 7
        if x & 512:
            t ^= 8
    return t


ARGUMENTS = (300,)
