"""The way of a call into machine code: when, with which arguments, and out of it again."""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")

HEAD = """
import jitctl, sys
from jitctl import jit_focus, jit_ignore, jit_once
from jitctl._backend import undo
from twins import tell, verdict
"""

CALLS = """
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


def test_calls_of_every_form(scene):
    told = scene(
        HEAD
        + f"SOURCE = {CALLS!r}"
        + """
calls = '''add(1, e=5) | add(1, 2, 3, e=1, d=2) | add(1, c=9, e=1) | add(*[1, 2], **{"e": 3}) | add(e=1) | add()
| add(1, 2, 3, 4) | add(1, e=1, f=2) | add(1, b=2, e=1) | add(1, 2, 3, c=4, e=5)
| simple(1) | simple(b=1, a=2) | simple(1, 2) | simple(1, a=2) | simple() | simple(1, 2, 3)
| C().method(1) | C().method(x=2) | C.method(C(), 1, 2) | C().method() | C.static(7)
| C.made(8) | C(z=3).z | C().z | C(1)
| list(map(simple, [1, 2])) | (lambda g: g(3))(C().method)
| __import__("functools").partial(simple, b=9)(1)'''
def outcomes(hint):
    space = {}
    exec(SOURCE, space)
    if hint:
        for function in (space["add"], space["simple"], *(vars(space["C"])[n] for n in ("method", "__init__"))):
            jit_focus(function)
        jit_focus(space["C"].static); jit_focus(space["C"].made.__func__)
    found = []
    for text in calls.split("|") * 3:
        try: found.append(repr(eval(text.strip(), space)))
        except TypeError as error: found.append(str(error))
    if hint:
        found.append({n: verdict(space[n]) for n in ("add", "simple")})
    return found
plain, hinted = outcomes(False), outcomes(True)
tell(codes=hinted.pop(), same=plain == hinted, different=[p for p in zip(plain, hinted) if p[0] != p[1]])
"""
    )
    assert told["codes"] == {"add": "compiled", "simple": "compiled"}
    assert told["same"], told["different"]


def test_a_parameter_that_is_only_borrowed_ends_what_was_moved(scene):
    told = scene(
        HEAD
        + """
import gc, weakref
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
    ignores(keep(Thing())); ignores(x=keep(Thing())); ignores(keep(Thing()), y=2)
    keep(Thing()).method(); keep(Thing()).method(y=1); Thing.method(keep(Thing()))
    calls(ignores); calls(Thing.method)
    gc.collect()
alive = sum(one() is not None for one in seen)
tell(alive=alive, codes={verdict(one) for one in (Thing.method, ignores, calls)})
"""
    )
    assert told == {"alive": 0, "codes": "{'compiled'}"}


def test_defaults_as_they_are_at_each_call(scene):
    told = scene(
        HEAD
        + """
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
try: f(1)
except TypeError as error: seen.append(str(error))
f.__defaults__ = None
try: f(1, c=1)
except TypeError as error: seen.append(str(error))
class S(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__
f.__kwdefaults__ = {S("c"): 1}; f.__defaults__ = (2,)
try: seen.append(f(1))
except TypeError as error: seen.append(str(error))
tell(seen=seen, code=verdict(f))
"""
    )
    assert told["seen"][:5] == [[1, 2, 3], [1, 2, 3], [1, 20, 3], [1, 20, 30], [1, 20, 300]]
    assert told["seen"][5] == "f() missing 1 required keyword-only argument: 'c'"
    assert told["seen"][6] == "f() missing 1 required positional argument: 'b'"
    assert told["seen"][7] == [1, 2, 1]


def test_the_object_stays(scene):
    told = scene(
        HEAD
        + """
import copy, inspect, pickle
def f(a: int, b=2) -> int:
    "Doc."
    return a + b
def seen(): return f.__code__, f.__dict__.copy(), inspect.signature(f), f.__doc__, repr(f)
before = seen()
g = jit_focus(f)
f(1)
tell(same=g is f, equal=before == seen(), pickled=pickle.loads(pickle.dumps(f)) is f)
tell(copied=copy.copy(f) is f, code=verdict(f))
"""
    )
    assert told == {"same": True, "equal": True, "pickled": True, "copied": True, "code": "compiled"}


def test_threshold_counts_calls(scene):
    told = scene(
        HEAD
        + """
@jit_focus(threshold=3)
def f(a):
    return a + 1
codes = [verdict(f)]
for n in range(5):
    f(n)
    codes.append(verdict(f))
tell(codes=codes, message=jitctl.stats(jit_focus(threshold=3)(lambda a: a)).verdict.message)
"""
    )
    assert told["codes"] == ["first-call"] * 4 + ["compiled"] * 2
    assert told["message"] == "will be compiled after 3 calls"


def test_samples_compile_before_the_first_real_call(scene):
    told = scene(
        HEAD
        + """
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
"""
    )
    assert told["early"] == ["compiled", "{3}"]
    assert told["before"] == ["first-call", []]
    assert (told["result"], told["code"], told["samples"], told["last"]) == (8, "compiled", True, 7)


def test_samples_that_raise_keep_the_function_working(scene):
    told = scene(
        HEAD
        + """
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
    if a == 1: signal.setitimer(signal.ITIMER_REAL, 0.01)
    while a == 1: pass
    return a
try: g(2); raised = None
except KeyboardInterrupt: raised = "KeyboardInterrupt"
signal.setitimer(signal.ITIMER_REAL, 0)
tell(raised=raised, again=g(3))
"""
    )
    assert told["result"] == 2
    assert "a call with the samples raised" in told["message"]
    assert (told["raised"], told["again"]) == ("KeyboardInterrupt", 3)


def test_ignore_is_never_compiled(scene):
    told = scene(
        HEAD
        + """
@jit_ignore
def f(a):
    return a
@jit_focus
def g(a):
    return a
first = g(1), verdict(g)
jit_ignore(g)
for n in range(50): f(n); g(n)
tell(codes=[first[1], verdict(f), verdict(g)])
"""
    )
    assert told["codes"] == ["compiled", "excluded", "excluded"]


def test_undo_restores(scene):
    told = scene(
        HEAD
        + """
import ctypes
entry = ctypes.pythonapi.PyVectorcall_Function
entry.restype, entry.argtypes = ctypes.c_void_p, [ctypes.py_object]
def f(a): return a
before = entry(f)
jit_focus(f)
waiting = entry(f)
f(1)
compiled = entry(f)
undone = undo(f)
tell(undone=undone, again=undo(f), restored=entry(f) == before, three=len({before, waiting, compiled}), result=f(5))
tell(memory=dict(jitctl._backend.chosen()["notes"])["code memory"])
"""
    )
    assert (told["undone"], told["again"], told["restored"]) == (True, False, True)
    assert (told["three"], told["result"]) == (3, 5)
    assert told["memory"].startswith("0 bytes in 0 blocks")


def test_code_that_is_replaced(scene):
    told = scene(
        HEAD
        + """
def other(a): return -a
def third(a): return a * 100
@jit_focus
def f(a): return a
seen = [f(1), f(2)]
f.__code__ = other.__code__
seen.append(f(3))
seen.append(verdict(f))
f.__code__ = third.__code__
seen += [f(4), f(5)]
@jit_once
def g(a): return a
g(1)
once = [verdict(g)]
g.__code__ = other.__code__
once += [g(3), verdict(g)]
def inner():
    h.__code__ = other.__code__
    return 1
@jit_focus
def h(a):
    if a: return inner() + h(0)
    return 10
tell(seen=seen, once=once, within=[h(0), h(1), h(2)])
"""
    )
    assert told["seen"] == [1, 2, -3, "compiled", 400, 500]
    assert told["once"] == ["compiled", -3, "code-replaced"]
    assert told["within"] == [10, 1, -2]


def test_a_function_that_dies_gives_its_memory_back(scene):
    told = scene(
        HEAD
        + """
import gc, weakref
def make(n):
    space = {}
    exec(f"def f(a):\\n    return a + {n}", space)
    return space["f"]
def used():
    notes = dict(jitctl._backend.chosen()["notes"])
    return [notes["code memory"].split(" of ")[0].rstrip(","), notes["functions"]]
codes, weak = set(), []
for n in range(1000):
    f = jit_focus(make(n))
    assert f(1) == n + 1
    codes.add(verdict(f))
    weak.append(weakref.ref(f.__code__))
most = used()
del f
gc.collect()
(lambda: None)()
tell(codes=list(codes), most=most, least=used(), alive=sum(one() is not None for one in weak))
"""
    )
    assert told["codes"] == ["compiled"]
    assert told["least"] == ["0 bytes in 0 blocks", "0 hinted, 0 compiled"]
    assert told["alive"] == 0


def test_a_function_that_dies_while_it_runs(scene):
    told = scene(
        HEAD
        + """
import gc
def drop(x):
    del globals()["f"]
    gc.collect()
    return x
def call(g, x): return g(x)
seen = []
for n in range(20):
    exec("def f(x):\\n    y = drop(x)\\n    return [x, y]")
    jit_focus(f)
    seen.append(f(n) == [n, n])
tell(seen=all(seen))
"""
    )
    assert told["seen"]


def test_the_limit_of_code_memory(scene):
    told = scene(
        HEAD
        + """
def make(n):
    space = {}
    exec(f"def f(a):\\n    return a + {n}", space)
    return jit_focus(space["f"])
many = [make(n) for n in range(20)]
results = [f(1) for f in many]
verdicts = [jitctl.stats(f).verdict for f in many]
last = verdicts[-1]
tell(right=results == [n + 1 for n in range(20)], codes=[v.code for v in verdicts])
tell(message=last.message, advice=last.advice)
""",
        JITCTL_CODE_MEMORY="24K",
    )
    assert told["right"]
    assert 1 <= told["codes"].count("compiled") <= 6
    assert set(told["codes"]) == {"compiled", "code-memory"}
    assert "exceed the limit of 24576 bytes" in told["message"]
    assert "JITCTL_CODE_MEMORY" in told["advice"]


def test_background_says_what_it_comes_to(scene):
    told = scene(
        HEAD
        + """
@jit_focus(sample_args=(1,), when="background")
def f(a): return a
told = jitctl.stats(f).verdict
tell(status=told.status, message=told.message, result=f(2), code=verdict(f))
"""
    )
    assert told["status"] == "pending"
    assert "in the calling thread" in told["message"]
    assert (told["result"], told["code"]) == (2, "compiled")


def test_profile_measures_and_tells(scene):
    told = scene(
        HEAD
        + """
@jit_focus(profile=True)
def f(a):
    t = 0
    for n in range(50):
        t += n
    return t + a
results = {f(1) for _ in range(200)}
told = jitctl.stats(f).verdict
tell(results=list(results), code=told.code, measures=sorted(name for name, *_ in told.measures))
"""
    )
    assert told["results"] == [1226]
    assert told["code"] in ("compiled", "no-gain", "gave-up")


def test_names_for_perf(scene):
    told = scene(
        HEAD
        + """
import os
@jit_focus
def a_name_to_find(a): return a
a_name_to_find(1)
path = f"/tmp/perf-{os.getpid()}.map"
with open(path) as file: lines = file.read().splitlines()
os.remove(path)
tell(lines=[line.split(" ", 2) for line in lines if "a_name_to_find" in line])
""",
        JITCTL_PERF_MAP="1",
    )
    [(address, size, name)] = told["lines"]
    assert int(address, 16) > 0
    assert int(size, 16) > 0
    assert name == "jitctl:a_name_to_find"
