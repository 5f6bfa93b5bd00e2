def f(n):
    class Ctx:
        def __enter__(self):
            return 1

        def __exit__(self, *_):
            return False

    ctx, total = Ctx(), 0
    for _ in range(n):
        with ctx as value:
            total += value
    return total


ARGUMENTS = (2000,)
