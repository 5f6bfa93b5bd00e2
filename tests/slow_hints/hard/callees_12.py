def mk(i):
    ns = {}
    exec(f"def g(x): return x + {i}", ns)
    return ns["g"]


FS = [mk(i) for i in range(12)]


def f(n):
    t = 0
    for i in range(n):
        t = FS[i % 12](t)
    return t


ARGUMENTS = (300,)
