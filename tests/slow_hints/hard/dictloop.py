def f(n):
    d = {}
    for i in range(n):
        k = i % 17
        d[k] = d.get(k, 0) + 1
    return len(d)


ARGUMENTS = (300,)
