V = [1, 2.5, 3, "x", (1,), [2], None]


def f(n):
    a = V[n % 7]
    b = V[(n + 1) % 7]
    r = 0
    if isinstance(a, int):
        r += 1
    if isinstance(b, float):
        r += 2
    if a is None:
        r += 3
    if isinstance(a, str):
        r += len(a)
    if isinstance(b, tuple):
        r += b[0]
    return r + n


ARGUMENTS = (3,)
