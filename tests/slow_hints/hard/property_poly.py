def mk(i):
    class C:
        @property
        def p(self):
            return i

        def __getitem__(self, k):
            return k + i

        def __len__(self):
            return i

    return C()


OBJS = [mk(i) for i in range(7)]


def f(n):
    t = 0
    for i in range(n):
        o = OBJS[i % 7]
        t += o.p + o[i] + len(o)
    return t


ARGUMENTS = (300,)
