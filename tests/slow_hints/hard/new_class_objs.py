def f(n):
    C = type("C", (), {"v": 1})
    o = C()
    t = 0
    for i in range(n):
        t += o.v
    return t


ARGUMENTS = (500,)
