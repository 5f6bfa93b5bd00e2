"""The function whose frame is looked at: it calls what a scene gives it."""

from twins import scene

SOURCE = """
def user(a, b):
    c = a + b
    r = look(c)
    d = [r]
    s = look2(
        d)
    return (a, b, c, r, d, s)
"""


plain = scene(SOURCE, "user", "user(1, 2)", look=lambda x: x, look2=lambda x: x)


def norm(values):
    return {key: repr(value) for key, value in values.items()}
