class C:
    v = 1


def f(n):
    C.v = n
    t = 0
    o = C()
    for i in range(n):
        t += o.v
    return t


ARGUMENTS = (300,)
