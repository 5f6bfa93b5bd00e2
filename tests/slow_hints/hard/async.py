async def g(i):
    return i + 1


async def h(n):
    t = 0
    for i in range(n):
        t += await g(i)
    return t


def f(n):
    c = h(n)
    try:
        c.send(None)
    except StopIteration as e:
        return e.value


ARGUMENTS = (300,)
