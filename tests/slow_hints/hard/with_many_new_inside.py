def f(n):
    t = 0
    for i in range(n):

        class Ctx:
            def __enter__(self):
                return 1

            def __exit__(self, *_):
                return False

        with Ctx() as v:
            t += v
    return t


ARGUMENTS = (20,)
