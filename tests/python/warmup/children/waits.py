"""The interpreter ends while a function waits for its first call, which a finaliser makes."""

from jitctl import jit_focus


@jit_focus(sample_args=(1,))
def f(n):
    return n


class Late:
    def __del__(self, f=f):
        print(f(5))


late = Late()
late.cycle = late
