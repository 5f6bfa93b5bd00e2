def mk(i):
    ns = {}
    exec(f"def g(x): return x + {i}", ns)
    return ns["g"]


FS = [mk(i) for i in range(4)]


def f(n):
    t = 0
    for i in range(n):
        t = FS[i % 4](t)
    return t


ARGUMENTS = (300,)
