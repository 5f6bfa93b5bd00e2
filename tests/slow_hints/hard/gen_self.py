def f(n):
    for i in range(n):
        yield i * 2
        if i & 1:
            yield i


ARGUMENTS = (300,)
