"""What the tests of test_entry.py have fresh interpreters run."""

from parts import part
from twins import tell, verdict

import jitctl
from jitctl import jit_focus, jit_ignore, jit_once
from jitctl._backend import undo

if part("calls_of_every_form"):
    SOURCE = """
def add(a, b=2, /, c=3, *, d=4, e):
    return a, b, c, d, e
def simple(a, b=2):
    return a, b
class C:
    def method(self, x, y=5):
        return x, y
    @staticmethod
    def static(x):
        return x
    @classmethod
    def made(cls, x):
        return cls.__name__, x
    def __init__(self, *, z=0):
        self.z = z
"""
    calls = """add(1, e=5) | add(1, 2, 3, e=1, d=2) | add(1, c=9, e=1) | add(*[1, 2], **{"e": 3}) | add(e=1) | add()
| add(1, 2, 3, 4) | add(1, e=1, f=2) | add(1, b=2, e=1) | add(1, 2, 3, c=4, e=5)
| simple(1) | simple(b=1, a=2) | simple(1, 2) | simple(1, a=2) | simple() | simple(1, 2, 3)
| C().method(1) | C().method(x=2) | C.method(C(), 1, 2) | C().method() | C.static(7)
| C.made(8) | C(z=3).z | C().z | C(1)
| list(map(simple, [1, 2])) | (lambda g: g(3))(C().method)
| __import__("functools").partial(simple, b=9)(1)"""

    def outcomes(hint):
        space = {}
        exec(SOURCE, space)
        if hint:
            for function in (space["add"], space["simple"], *(vars(space["C"])[n] for n in ("method", "__init__"))):
                jit_focus(function)
            jit_focus(space["C"].static)
            jit_focus(space["C"].made.__func__)
        found = []
        for text in calls.split("|") * 3:
            try:
                found.append(repr(eval(text.strip(), space)))
            except TypeError as error:
                found.append(str(error))
        if hint:
            found.append({n: verdict(space[n]) for n in ("add", "simple")})
        return found

    plain, hinted = outcomes(False), outcomes(True)
    tell(
        codes=hinted.pop(),
        same=plain == hinted,
        different=[p for p in zip(plain, hinted, strict=False) if p[0] != p[1]],
    )
elif part("a_parameter_that_is_only_borrowed_ends_what_was_moved"):
    import gc
    import weakref

    seen = []

    class Thing:
        def method(self, y=5):
            return y

    def keep(one):
        seen.append(weakref.ref(one))
        return one

    def ignores(x, y=5):
        return y

    def calls(function):
        return function(keep(Thing())) + function(keep(Thing()), 3)

    for function in (Thing.method, ignores, calls):
        jit_focus(function)
    for _ in range(60):
        ignores(keep(Thing()))
        ignores(x=keep(Thing()))
        ignores(keep(Thing()), y=2)
        keep(Thing()).method()
        keep(Thing()).method(y=1)
        Thing.method(keep(Thing()))
        calls(ignores)
        calls(Thing.method)
        gc.collect()
    alive = sum(one() is not None for one in seen)
    tell(alive=alive, codes={verdict(one) for one in (Thing.method, ignores, calls)})
elif part("defaults_as_they_are_at_each_call"):

    @jit_focus
    def f(a, b=2, *, c=3):
        return a, b, c

    seen = [f(1), f(1)]
    f.__defaults__ = (20,)
    seen.append(f(1))
    f.__kwdefaults__ = {"c": 30}
    seen.append(f(1))
    f.__kwdefaults__["c"] = 300
    seen.append(f(1))
    f.__kwdefaults__.clear()
    try:
        f(1)
    except TypeError as error:
        seen.append(str(error))
    f.__defaults__ = None
    try:
        f(1, c=1)
    except TypeError as error:
        seen.append(str(error))

    class S(str):
        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    f.__kwdefaults__ = {S("c"): 1}
    f.__defaults__ = (2,)
    try:
        seen.append(f(1))
    except TypeError as error:
        seen.append(str(error))
    tell(seen=seen, code=verdict(f))
elif part("the_object_stays"):
    import copy
    import inspect
    import pickle

    def f(a: int, b=2) -> int:
        "Doc."
        return a + b

    def seen():
        return f.__code__, f.__dict__.copy(), inspect.signature(f), f.__doc__, repr(f)

    before = seen()
    g = jit_focus(f)
    f(1)
    tell(same=g is f, equal=before == seen(), pickled=pickle.loads(pickle.dumps(f)) is f)
    tell(copied=copy.copy(f) is f, code=verdict(f))
elif part("threshold_counts_calls"):

    @jit_focus(threshold=3)
    def f(a):
        return a + 1

    codes = [verdict(f)]
    for n in range(5):
        f(n)
        codes.append(verdict(f))
    tell(codes=codes, message=jitctl.stats(jit_focus(threshold=3)(lambda a: a)).verdict.message)
elif part("samples_compile_before_the_first_real_call"):
    calls = []

    @jit_focus(sample_args=(3,), when="decoration")
    def now(a):
        calls.append(a)
        return a + 1

    early = (verdict(now), set(calls))
    calls.clear()

    @jit_focus(sample_args=(4,))
    def later(a):
        calls.append(a)
        return a + 1

    before = (verdict(later), list(calls))
    result = later(7)
    tell(early=early, before=before, result=result, code=verdict(later), samples=set(calls[:-1]) == {4}, last=calls[-1])
elif part("samples_that_raise_keep_the_function_working"):

    @jit_focus(sample_args=("text",))
    def f(a):
        return a - 1

    tell(result=f(3), message=jitctl.stats(f).verdict.message)
    import signal

    def interrupt(*a):
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)

    @jit_focus(sample_args=(1,), budget_ms=60_000)
    def g(a):
        if a == 1:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
        while a == 1:
            pass
        return a

    try:
        g(2)
        raised = None
    except KeyboardInterrupt:
        raised = "KeyboardInterrupt"
    signal.setitimer(signal.ITIMER_REAL, 0)
    tell(raised=raised, again=g(3))
elif part("ignore_is_never_compiled"):

    @jit_ignore
    def f(a):
        return a

    @jit_focus
    def g(a):
        return a

    first = g(1), verdict(g)
    jit_ignore(g)
    for n in range(50):
        f(n)
        g(n)
    tell(codes=[first[1], verdict(f), verdict(g)])
elif part("undo_restores"):
    import ctypes

    entry = ctypes.pythonapi.PyVectorcall_Function
    entry.restype, entry.argtypes = ctypes.c_void_p, [ctypes.py_object]

    def f(a):
        return a

    before = entry(f)
    jit_focus(f)
    waiting = entry(f)
    f(1)
    compiled = entry(f)
    undone = undo(f)
    tell(undone=undone, again=undo(f), restored=entry(f) == before, three=len({before, waiting, compiled}), result=f(5))
    tell(memory=dict(jitctl._backend.chosen()["notes"])["code memory"])
elif part("code_that_is_replaced"):

    def other(a):
        return -a

    def third(a):
        return a * 100

    @jit_focus
    def f(a):
        return a

    seen = [f(1), f(2)]
    f.__code__ = other.__code__
    seen.append(f(3))
    seen.append(verdict(f))
    f.__code__ = third.__code__
    seen += [f(4), f(5)]

    @jit_once
    def g(a):
        return a

    g(1)
    once = [verdict(g)]
    g.__code__ = other.__code__
    once += [g(3), verdict(g)]

    def inner():
        h.__code__ = other.__code__
        return 1

    @jit_focus
    def h(a):
        if a:
            return inner() + h(0)
        return 10

    tell(seen=seen, once=once, within=[h(0), h(1), h(2)])
elif part("background_says_what_it_comes_to"):

    @jit_focus(sample_args=(1,), when="background")
    def f(a):
        return a

    told = jitctl.stats(f).verdict
    tell(status=told.status, message=told.message, result=f(2), code=verdict(f))
elif part("profile_measures_and_tells"):

    @jit_focus(profile=True)
    def f(a):
        t = 0
        for n in range(50):
            t += n
        return t + a

    results = {f(1) for _ in range(200)}
    told = jitctl.stats(f).verdict
    tell(results=list(results), code=told.code, measures=sorted(name for name, *_ in told.measures))
elif part("names_for_perf"):
    import os

    @jit_focus
    def a_name_to_find(a):
        return a

    a_name_to_find(1)
    path = f"/tmp/perf-{os.getpid()}.map"
    with open(path) as file:
        lines = file.read().splitlines()
    os.remove(path)
    tell(lines=[line.split(" ", 2) for line in lines if "a_name_to_find" in line])
