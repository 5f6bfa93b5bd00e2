"""Exceptions, tracebacks, frames that are looked at, and recursion."""

from programs import program

PROGRAMS = {
    "lines and columns": program(
        """\
def g(y): return 1 // y
def f(x):
    y = x - 1
    return (y
       + g(y)), 5""",
        "f(1)",
        "f('a')",
        hinted="g f",
        warm="f(3)",
    ),
    "context": program(
        """\
def f(x):
    try: 1 // x
    except ZeroDivisionError:
        return {}[x]""",
        "f(0)",
        "f(1)",
        warm="f(3)",
    ),
    "handlers": program(
        """\
def f(d, k):
    r = []
    for i in range(4):
        try:
            r.append(d[k])
            r.append(i // (2 - i))
        except KeyError as e:
            r.append(str(e))
        except ZeroDivisionError:
            r.append('zero')
            continue
        else:
            r.append('fine')
        finally:
            r.append('finally')
    return r""",
        "f({}, 1)",
        "f({1: 2}, 1)",
        "f({}, [])",
        verdict="any",
    ),
    "an error in the middle of an expression": program(
        "def f(a, b, xs): return [a + 1, xs[5], b * 2]", "f(1, 2, [])", "f(1, 2, [0] * 9)", warm="f(1, 2, [0] * 9)"
    ),
    "raise": program(
        """\
def f(x):
    if x > 2: raise ValueError(x)
    return x""",
        "f(3)",
        "f(1)",
        warm="f(1)",
    ),
    "assert": program(
        """\
def f(x):
    assert x > 2, 'small'
    return x""",
        "f(3)",
        "f(1)",
        warm="f(5)",
    ),
    "the names of a frame in a traceback": program(
        """\
def f(x, y):
    z = x + 1
    return z / y
def show(*a):
    try: f(*a)
    except ZeroDivisionError as e: return e.__traceback__.tb_next.tb_frame.f_locals""",
        "show(2, 0)",
        "show(2.5, 0)",
        warm="f(2, 1)",
    ),
    "a callee looks at its caller": program(
        """\
import sys
def h(): return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno, sys._getframe(1).f_locals
def f(x):
    y = x + 1
    z = y * 0.5
    r = h()
    y = 7
    return r, h()""",
        "f(3)",
        "f(2.5)",
        verdict="any",
    ),
    "a callee two direct calls away looks": program(
        """\
import sys
def look():
    f = sys._getframe(1)
    r = []
    while f and f.f_code.co_filename == 'program.py':
        r.append((f.f_code.co_name, f.f_lineno, dict(f.f_locals) if f.f_code.co_name in 'fgk' else 0))
        f = f.f_back
    return r
def k(n):
    m = n * 2
    if n > 90: return look()
    return m
def g(n):
    q = n + 0.5
    return k(n + 1), q
def f(n):
    t = n - 1
    return g(t), t""",
        "f(100)",
        "f(3)",
        hinted="k g f",
        warm="f(3)",
        verdict="any",
    ),
    "a callee writes its caller's locals": program(
        """\
import sys
def h(): sys._getframe(1).f_locals['x'] = 99
def f(x):
    y = x
    h()
    return x, y, locals()""",
        "f(3)",
        "f('a')",
        verdict="any",
    ),
    "locals()": program(
        """\
def f(x):
    y = x + 1
    return locals()""",
        "f(3)",
        "f(2.5)",
    ),
    "recursion ends at the same depth": program(
        """\
import sys
def f(n):
    global D
    D = n
    return f(n + 1) + 1
def show():
    try: f(0)
    except RecursionError as e: return str(e), 900 < D < 1010""",
        "show()",
        warm="show()",
        verdict="any",
    ),
    "a plain recursion ends at the same depth": program(
        """\
def f(n): return 0 if n == 0 else f(n - 1) + 1
def show(n):
    try: return f(n)
    except RecursionError: return 'too deep'
def edge():
    low, high = 1, 2000
    while low < high:
        m = (low + high) // 2
        if show(m) == 'too deep': high = m
        else: low = m + 1
    return low""",
        "edge()",
        warm="f(5)",
    ),
    "a deep recursion": program(
        """\
import sys
sys.setrecursionlimit(10**6)
def f(n): return 0 if n == 0 else f(n - 1) + 1""",
        "f(150000)",
        warm="f(5)",
    ),
    "a deep recursion through __init__": program(
        """\
import sys
sys.setrecursionlimit(30000)
class K:
    def __init__(self, n): self.k = K(n - 1) if n else None
def f(n):
    K(n)
    return 1""",
        "f(2500)",
        hinted="K.__init__ f",
        warm="f(3)",
        times=4,
    ),
    "mutual recursion": program(
        """\
def g(n): return n if n < 1 else f(n - 1) + 1
def f(n): return n if n < 1 else g(n - 1) + 1""",
        "f(50)",
        "f(2.5)",
        hinted="g f",
        warm="f(9)",
    ),
    "calls that change their kind of result": program(
        "\n".join(f"def f{i}(x): return f{i + 1}(x)" for i in range(6)) + "\ndef f6(x): return x * 2",
        "f0(3.0)",
        "f0(2**62)",
        "f0('a')",
        "f0(5)",
        hinted=" ".join(f"f{i}" for i in range(7)),
        warm="f0(3)",
    ),
}
