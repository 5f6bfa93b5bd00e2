"""Exceptions out of a compiled function, and their tracebacks."""

import traceback

from common_user import norm, plain
from twins import outer


def entries(e):
    out, t = [], e.__traceback__
    while t:
        f = t.tb_frame
        seen = norm(f.f_locals) if f.f_code.co_name == "user" else 0
        out.append((f.f_code.co_name, t.tb_lineno, t.tb_lasti, seen, f.f_back and f.f_back.f_code.co_name))
        t = t.tb_next
    return out, [line for line in traceback.format_exception(e) if "user.py" in line or "look" in line]


def raises(g, *arguments):
    try:
        outer(g["user"], *arguments)
    except Exception as e:
        return type(e).__name__, str(e), entries(e)[0][1:], entries(e)[1]


@plain
def exception(g):
    def look(x):
        raise ValueError(x)

    g["look"] = look
    first = raises(g, 1, 2)
    g["look"] = lambda x: x
    g["look2"] = look
    return first, raises(g, 1, 2)


@plain
def exception_of_c(g):
    g["look"] = int
    return raises(g, "x", "y")


@plain
def exception_of_an_operator(g):
    return raises(g, 1, "y"), raises(g, None, None)


@plain
def name_that_is_gone(g):
    del g["look2"]
    return raises(g, 1, 2)
