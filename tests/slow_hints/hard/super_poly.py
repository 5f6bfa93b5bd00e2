class B:
    def m(self):
        return 1


def mk(i):
    class C(B):
        def m(self):
            return super().m() + i

    return C()


OBJS = [mk(i) for i in range(12)]


def f(n):
    t = 0
    for i in range(n):
        t += OBJS[i % 12].m()
    return t


ARGUMENTS = (300,)
