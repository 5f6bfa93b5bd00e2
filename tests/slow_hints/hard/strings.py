W = ["a", "bb", "ccc", "dddd"]


def f(n):
    s = []
    for i in range(n):
        s.append(W[i % 4].upper() + str(i))
    return len("".join(s))


ARGUMENTS = (300,)
