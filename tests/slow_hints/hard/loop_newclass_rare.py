def f(n):
    class C:
        v = 1

        def m(self):
            return 1

    t = 0
    o = C()
    for i in range(n):
        t += o.v + o.m()
    return t


ARGUMENTS = (5000,)
