"""Functions that a hinted function makes, called in loops of compiled ones: one unit serves all functions of a def."""

from programs import program

PROGRAMS = {}


def add(name, source, *calls, **more):
    more = {"verdict": "any", "hinted": "make f", **more}
    PROGRAMS[name] = program(source, *calls, **more)


COUNTER = """
def make(start):
    total = start
    def add(x):
        nonlocal total
        total += x
        return total
    return add
"""
DEL = """
LOG = []
class D:
    def __init__(self, name): self.name = name
    def __del__(self): LOG.append(self.name)
def logged():
    told = list(LOG)
    LOG.clear()
    return told
"""
add(
    "numbers of each kind, and what is kept of them",
    COUNTER
    + """
def f(n, start, step):
    one, seen = make(start), []
    for i in range(n):
        t = one(step)
        seen.append(t)
    return t, seen[-1] is t, one.__closure__[0].cell_contents is t, seen
""",
    "f(20, 0, 3)",
    "f(5, 2 ** 62, 2 ** 62)",
    "f(9, 0, 0.5)",
    "f(9, 0.5, True)",
    "f(4, 'a', 'b')",
    "f(4, (), (1,))",
    "f(3, None, 1)",
)
add(
    "many of one def, in turn",
    COUNTER
    + """
def f(n):
    many = [make(0), make(100), make(0.5)]
    for i in range(n):
        one = many[i % 3]
        t = one(i)
    return t, [one(0) for one in many]
def g(many, n):
    for i in range(n):
        for one in many:
            t = one(1)
    return t
""",
    "f(30)",
    "g([make(0), make(5)], 9)",
    "g([make(0), lambda x: x, make(5)], 9)",
    "g([make(0), len], 2)",
    hinted="make f g",
)
add(
    "no arguments, several, defaults, keywords",
    """
def make():
    n = 0
    def tick():
        nonlocal n
        n += 1
        return n
    def three(a, b, c=5): return a * 100 + b * 10 + c + n
    def named(a, *, b): return a - b
    def rest(*all): return len(all)
    return tick, three, named, rest
def f(n):
    tick, three, named, rest = make()
    t = 0
    for i in range(n):
        t += tick() + three(i, 1) + three(1, i, 2) + named(i, b=2) + rest(i, i)
        t += three(b=i, a=2)
    return t, tick()
def g(n):
    three = make()[1]
    t = 0
    for i in range(n):
        t += three(i, 2)
        if i == n // 2: three.__defaults__ = (7,)
        if i == n - 3: three.__defaults__ = None
    return t
""",
    "f(20)",
    "g(20)",
    hinted="make f g",
)
add(
    "tracebacks",
    """
def make(k):
    def divide(x):
        y = x - k
        return (x + 1) // y
    return divide
def f(n, k):
    divide, t = make(k), 0
    for i in range(n):
        t += divide(i)
    return t
def g(n, k):
    divide, t = make(k), 0
    for i in range(n):
        try:
            t += divide(i)
        except ZeroDivisionError as error:
            t += error.__traceback__.tb_next.tb_lineno
        finally:
            t += 1
    return t
""",
    "f(20, 50)",
    "f(20, 7)",
    "f(20, 'a')",
    "g(20, 50)",
    "g(20, 3)",
    hinted="make f g",
    warm=("f(20, 50)", "g(20, 50)"),
)
add(
    "frames that it shows",
    """
import sys
def make(k):
    def look(x):
        frame = sys._getframe()
        back = frame.f_back
        return (frame.f_code.co_name, frame.f_lineno, dict(frame.f_locals), frame.f_code is make.__code__.co_consts[1],
                back.f_code.co_name, back.f_lineno, sorted(back.f_locals), back.f_locals['i'])
    def poke(x):
        sys._getframe(1).f_locals['t'] = x * k
        return x
    def keep(x): return sys._getframe()
    def name(x): return locals(), x
    return look, poke, keep, name
def f(n):
    look, poke, keep, name = make(3)
    t, seen = 0, []
    for i in range(n):
        r = look(i)
        seen.append(t)
        poke(i)
        seen.append(t)
    frame = keep(1)
    return r, seen, frame.f_locals, frame.f_back is sys._getframe(), frame.f_back.f_lineno, name(2)
""",
    "f(9)",
    "f(2)",
)
add(
    "other code, other globals, other builtins",
    """
import types
K = 1
def make():
    n = 0
    def one(x):
        nonlocal n
        n += K
        return x + n
    def other(x):
        nonlocal n
        n -= 1
        return x * n, len('abc')
    return one, other
def f(n, at, what):
    one, other = make()
    got = []
    for i in range(n):
        got.append(one(i))
        if i == at: one = what(one, other)
    return got
def code(one, other):
    one.__code__ = other.__code__
    return one
def elsewhere(one, other): return types.FunctionType(one.__code__, {'K': 100}, 'one', None, one.__closure__)
def without(one, other):
    space = {'K': 5, '__builtins__': {'len': lambda x: 'mine'}}
    return types.FunctionType(other.__code__, space, 'one', None, one.__closure__)
def changed(one, other):
    global K
    K += 10
    return one
""",
    "f(20, 99, None)",
    "f(20, 9, code)",
    "f(20, 9, elsewhere)",
    "f(20, 9, without)",
    "f(20, 9, changed)",
    "f(20, 3, code)",
    warm=("f(20, 99, None)",),
)
add(
    "recursion",
    """
def make(k):
    def fact(n):
        return 1 if n < 2 else n * fact(n - 1) + k
    def down(n):
        if n == 0: return k
        return down(n - 1)
    def deep(n):
        nonlocal k
        k = n
        return deep(n + 1)
    return fact, down, deep, lambda: k
def f(n):
    fact, down, deep, last = make(0)
    t = 0
    for i in range(n):
        t += fact(10) + down(i)
    return t
def g(n):
    fact, down, deep, last = make(1.5)
    for i in range(n):
        try:
            deep(0)
        except RecursionError as error:
            m = str(error)
    return last(), m, down(100), fact(60)
""",
    "f(9)",
    "g(5)",
    hinted="make f g",
)
add(
    "lifetimes",
    DEL
    + """
def make(name):
    held = D(name)
    def use(x):
        temporary = D(name + str(x))
        return held.name
    def drop(x):
        nonlocal held
        held = None
        return list(LOG)
    return use, drop
def f(n):
    got = []
    for i in range(n):
        use = make('a')[0]
        got.append(use(i))
        got.append(logged())
    del use
    return got, logged()
def g(n):
    got = []
    for i in range(n):
        many = [make('b')[1]]
        got.append(many.pop()(i))
        got.append(logged())
    return got
def h(n):
    got = []
    many = [make('c')[0] for _ in range(n)]
    while many:
        one = many.pop()
        t = one(D('argument'))
        got.append(logged())
    return got, t
""",
    "f(9), logged()",
    "g(9), logged()",
    "h(9)[0][-1][0][:1], logged()",
    hinted="make f g h",
)
add(
    "the function ends while it runs",
    DEL
    + """
import weakref, sys
NAMES = {}
def make(name):
    held = D(name)
    def run(x):
        NAMES.clear()
        back = sys._getframe(1)
        if 'one' in back.f_locals: back.f_locals['one'] = None
        return held.name, logged(), x
    return run
def f(n):
    got = []
    for i in range(n):
        one = make('a')
        NAMES['one'] = one
        weakref.finalize(one, LOG.append, 'function')
        r = one(i)
        got.append((r, logged()))
    return got
""",
    "f(9)",
    "f(2)",
)
add(
    "tracers that begin inside",
    """
import sys
SEEN = []
def tracer(frame, event, arg):
    SEEN.append((frame.f_code.co_name, event, frame.f_lineno))
    return tracer
def make(at):
    def step(x):
        if x == at:
            sys.settrace(tracer)
        y = x + 1
        return y
    return step
def f(n, at):
    SEEN.clear()
    step, t = make(at), 0
    for i in range(n):
        t += step(i)
        if i == at + 2: sys.settrace(None)
    return t, list(SEEN)
""",
    "f(20, 99)",
    "f(20, 7)",
    warm=("f(20, 99)",),
)
add(
    "signals inside",
    """
import signal
def make(at):
    def step(x):
        if x == at:
            signal.raise_signal(signal.SIGUSR1)
        return x + 1
    return step
def handler(number, frame):
    raise KeyboardInterrupt(frame.f_code.co_name)
signal.signal(signal.SIGUSR1, handler)
def f(n, at):
    step, t = make(at), 0
    try:
        for i in range(n):
            t += step(i)
    except KeyboardInterrupt as error:
        return t, i, str(error), error.__traceback__.tb_next.tb_lineno
    return t
""",
    "f(20, 99)",
    "f(20, 7)",
    warm=("f(20, 99)",),
)
add(
    "hints of their own",
    """
import jitctl
def make(k):
    @jitctl.jit_ignore
    def one(x): return x + k
    @jitctl.jit_focus
    def two(x): return x * k
    def three(x): return x - k
    return one, two, three
def f(n):
    one, two, three = make(3)
    t = 0
    for i in range(n):
        t += one(i) + two(i) + three(i)
    return t
def g(n, undo):
    three = make(2)[2]
    t = 0
    for i in range(n):
        t += three(i)
        if i == n // 2: undo(three)
    return t
def undo(three): jitctl.jit_auto(make) if hasattr(jitctl, 'jit_auto') else None
def focus(three): jitctl.jit_focus(three)
def ignore(three): jitctl.jit_ignore(three)
""",
    "f(20)",
    "g(20, len) if 0 else f(9)",
    "g(20, focus)",
    "g(20, ignore)",
    "g(20, undo)",
    hinted="make f g",
    warm=("f(20)", "g(20, str)"),
)
add(
    "the maker is gone",
    COUNTER
    + """
import gc
def f(one, n, at):
    t = 0
    for i in range(n):
        t = one(i)
        if i == at:
            globals().pop('make', None)
            gc.collect()
    return t
ONE = make(1)
""",
    "f(ONE, 30, 99)",
    "f(ONE, 30, 9)",
    "f(ONE, 30, 9)",
    warm=("f(ONE, 30, 99)",),
)
add(
    "functions that functions make that are made",
    """
def make(a):
    def middle(b):
        c = a + b
        def inner(d):
            nonlocal c
            c += d
            return a * c - b
        return inner(1) + inner(2)
    return middle
def f(n):
    middle, t = make(2), 0.5
    for i in range(n):
        t += middle(i)
    return t
def g(n):
    middle, t = make(0.25), 0
    for i in range(n):
        t = middle(t) % 1000
    return t
""",
    "f(20)",
    "g(20)",
    hinted="make f g",
)
add(
    "names that are not bound",
    """
def make(bind):
    def get(x):
        return late + x
    def gone(x):
        return missing
    if bind: late = 5
    return get, gone
def f(n, bind):
    get, gone = make(bind)
    t = 0
    for i in range(n):
        t += get(i)
    return t
def g(n):
    get, gone = make(True)
    t = 0
    for i in range(n):
        try:
            gone(i)
        except NameError as error:
            t += len(str(error))
    return t
""",
    "f(20, True)",
    "f(20, False)",
    "g(9)",
    hinted="make f g",
    warm=("f(20, True)", "g(9)"),
)
