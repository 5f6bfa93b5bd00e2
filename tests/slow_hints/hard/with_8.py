def make(i):
    class Ctx:
        def __enter__(self):
            return i

        def __exit__(self, *_):
            return False

    return Ctx()


contexts = [make(i) for i in range(8)]


def f(n):
    total = 0
    for i in range(n):
        with contexts[i % 8] as value:
            total += value
    return total


ARGUMENTS = (300,)
