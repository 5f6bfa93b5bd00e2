V = [1, 2.5, 3, 4.5, 10**30, True, 1j]


def f(n):
    t = 0
    for i in range(n):
        a = V[i % 7]
        b = V[(i * 3) % 7]
        c = a + b
        d = a * b
        e = c - d
    return n


ARGUMENTS = (300,)
