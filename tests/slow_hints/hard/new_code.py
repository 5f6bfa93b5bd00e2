def f(n):
    ns = {}
    exec("def g(x): return x+1", ns)
    g = ns["g"]
    t = 0
    for i in range(n):
        t = g(t)
    return t


ARGUMENTS = (500,)
