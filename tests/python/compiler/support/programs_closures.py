"""Functions that are made inside: closures, defaults, cells."""

from programs import program

SHOW = """
def show(function):
    kinds = function.__name__, function.__qualname__, function.__defaults__, function.__kwdefaults__
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    return kinds, function.__module__, cells, function.__annotations__, function.__doc__
"""

PROGRAMS = {
    "closures over what changes": program(
        SHOW
        + """
def f(n):
    total = 0
    def add(x):
        nonlocal total
        total += x
        return total
    made = [add]
    for i in range(n):
        total += 1
        made.append(lambda: total + i)
    return [one(2) if one is add else one() for one in made], total, show(add)""",
        "f(0)",
        "f(4)",
    ),
    "defaults and annotations": program(
        SHOW
        + """
def f(a, b):
    def g(x, y=a, *, z=b):
        "says something"
        return x, y, z
    def h(x: int, y: a = b) -> str:
        return x, y, a
    k = lambda x=[]: x
    return show(g), g(1), g(1, 2, z=3), h(1), show(h)[0], sorted(show(h)[2]), k() is k(), show(k)""",
        "f(1, 2.5)",
        "f('a', [])",
        verdict="any",
    ),
    "one for each round": program(
        """
def f(n):
    made = []
    for i in range(n):
        def one(x, i=i):
            return x * i
        made.append(one)
    return [one(2.5) for one in made], len({id(one) for one in made}), len({one.__code__ for one in made})
def g(xs):
    return sorted(xs, key=lambda x: -x), list(map(lambda x: x + len(xs), xs))""",
        "f(5)",
        "g([1, 3, 2])",
        hinted="f g",
        verdict="any",
        times=12,
    ),
    "cells that outlive calls": program(
        """
LOG = []
class D:
    def __init__(self, name): self.name = name
    def __del__(self): LOG.append(self.name)
def f(name):
    held = D(name)
    def get():
        return held.name
    LOG.append('made')
    return get
def g(name):
    held = D(name)
    get = lambda: held
    get()
    return len(LOG)""",
        "f('a')(), list(LOG)",
        "[f(c)() for c in 'bc'], list(LOG)",
        "g('d'), list(LOG)",
        hinted="f g",
        verdict="any",
        times=12,
    ),
    "decorators": program(
        """
import functools
def f(function):
    @functools.wraps(function)
    def wrapper(*args):
        return 'called', function(*args)
    return wrapper
def h(a): return a * 2""",
        "f(h)(3), f(h).__name__, f(f(h))(4)",
        verdict="any",
    ),
    "who calls": program(
        """
import sys
def f(x):
    def inner():
        frame = sys._getframe(1)
        return frame.f_code.co_name, frame.f_lineno, sorted(frame.f_locals)
    y = x + 1
    return inner(), y""",
        "f(1)",
        "f(1.5)",
    ),
    "a cell that is empty": program(
        """
def f(n):
    def get():
        return late
    seen = []
    for i in range(n):
        try:
            seen.append(get())
        except NameError as error:
            seen.append(str(error))
        late = i
    return seen""",
        "f(1)",
        "f(4)",
    ),
}
