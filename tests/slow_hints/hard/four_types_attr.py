def mk(i):
    class C:
        def __init__(self):
            self.v = i

        def m(self):
            return self.v

    return C()


OBJS = [mk(i) for i in range(4)]


def f(n):
    t = 0
    for i in range(n):
        o = OBJS[i % 4]
        t += o.v + o.m()
    return t


ARGUMENTS = (300,)
