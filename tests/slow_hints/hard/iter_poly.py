def mk(i):
    class C:
        def __iter__(self):
            return iter((1, 2))

        def __add__(self, o):
            return 1

        def __radd__(self, o):
            return 1

        def __contains__(self, o):
            return True

        def __eq__(self, o):
            return True

        def __hash__(self):
            return i

        def __bool__(self):
            return True

        def __call__(self, a):
            return a

    return C()


OBJS = [mk(i) for i in range(12)]


def f(n):
    t = 0
    for i in range(n):
        o = OBJS[i % 12]
        if o:
            t += 1
        if 3 in o:
            t += 1
        if o == 2:
            t += 1
        t += o + 1
        t += o(2)
        for x in o:
            t += x
    return t


ARGUMENTS = (100,)
