class L(list):
    pass


SEQ = [[1, 2, 3], (1, 2, 3), L([1, 2, 3]), range(3), {1: 1, 2: 2}, {1, 2}, "abc", iter]


def f(n):
    t = 0
    for i in range(n):
        s = SEQ[i % 7]
        for x in s:
            t += 1
    return t


ARGUMENTS = (100,)
