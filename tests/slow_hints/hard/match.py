V = [1, "a", (1, 2), {"k": 1}, [1, 2, 3], None, 2.5]


def f(n):
    t = 0
    for i in range(n):
        match V[i % 7]:
            case int():
                t += 1
            case str():
                t += 2
            case (a, b):
                t += a
            case {"k": v}:
                t += v
            case [a, *r]:
                t += len(r)
            case None:
                t -= 1
            case _:
                t += 3
    return t


ARGUMENTS = (300,)
