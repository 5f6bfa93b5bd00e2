"""A process with the JIT off: only hinted functions are compiled, and the user's own word counts."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
OPT_IN = {"JITCTL_OPT_IN": "1"} if sys.version_info < (3, 15) else {}

PRELUDE = """
import sys, jitctl
from jitctl import jit_focus
from look import all_code, executors, fresh, is_active, owners, tell, until, valid
def own(f):
    "What is dropped by others' doings is on trial for some calls before it is compiled again."
    until(lambda: valid(f), lambda: f(2_000))
    return valid(f)
LOOP = "def target(n):\\n    t = 0\\n    for i in range(n):\\n        t += i\\n    return t\\n"
CALL = "def target(x):\\n    y = x * 3 + 1\\n    z = y * y - x\\n    return (z + y) * (z - y) + x * z\\n"
def call(f, n):
    for i in range(n):
        f(i)
"""


def test_only_hinted_functions_own_executors(scene):
    """With a control: in a process whose JIT is on, the same tour leaves executors in others' code.

    On 3.14 few are left when we look: it drops those that are idle while our own loops look for them.
    """
    code = """
f = jit_focus(fresh(LOOP))
f(20_000)
from stdlib_tour import tour
modules = tour()
f(20_000); call(f, 9_000)
tell(modules=modules, codes=len(all_code()), own=own(f), others=owners(but=[f]))
"""
    told = scene(PRELUDE + code, **OPT_IN)
    assert told["modules"] >= 20
    assert told["codes"] > 1_500
    assert told["own"] >= 1
    assert told["others"] == []
    control = scene(PRELUDE + code.replace("jit_focus(fresh(LOOP))", "fresh(LOOP)"), PYTHON_JIT="1")
    assert len(control["others"]) > (3 if sys.version_info >= (3, 15) else 0)


def test_code_that_was_there_before_and_its_loops(scene):
    code = """
from stdlib_tour import tour
before = [fresh(LOOP), fresh(CALL)]
never_ran = [fresh(LOOP), fresh(CALL)]
call(before[1], 10_000); before[0](10_000)
alive = (lambda: (yield from range(10**9)))()
f = jit_focus(fresh(LOOP))
f(100)
call(before[1], 20_000); before[0](20_000); call(never_ran[1], 20_000); never_ran[0](20_000)
for v in alive:
    if v > 20_000: break
tour()
tell(own=own(f), others=owners(but=[f]))
"""
    assert scene(PRELUDE + code, **OPT_IN) == {"own": 1, "others": []}


def test_code_made_later(scene):
    code = """
import marshal, types, importlib.util, pathlib, tempfile
f = jit_focus(fresh(LOOP)); f(100)
def made():
    yield fresh(LOOP)
    yield eval("lambda n: sum([i for i in range(n)])")
    twin = fresh(LOOP)
    yield types.FunctionType(marshal.loads(marshal.dumps(twin.__code__)), {})
    yield types.FunctionType(twin.__code__.replace(co_name="other"), {})
    yield types.FunctionType(f.__code__.replace(co_name="other"), {})
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "one.py")
        path.write_text(LOOP)
        spec = importlib.util.spec_from_file_location("one", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module.target
many = list(made())
for one in many:
    one(20_000)
short = fresh(LOOP)
# On debug builds of 3.15 an interruption can let an entry count to 8,190: a limit that backends/native/README.md names.
calls = 8_000 if sys.version_info >= (3, 15) and hasattr(sys, "gettotalrefcount") else 20_000
for _ in range(calls): short(3)
entry = fresh(CALL)
for i in range(calls): entry(i)
tell(own=own(f), many=len(many), others=owners(but=[f]))
"""
    assert scene(PRELUDE + code, **OPT_IN) == {"own": 1, "many": 6, "others": []}


@pytest.mark.skipif(
    sys.version_info >= (3, 15) and hasattr(sys, "gettotalrefcount"),
    reason="debug builds of 3.15 assert against what keeps entries still: a limit that backends/native/README.md names",
)
def test_with_a_second_busy_thread(scene):
    """A thread that wants the GIL makes CPython specialise function entries anew, which must not arm them."""
    code = """
import threading, gc
sys.setswitchinterval(0.0005)
f = jit_focus(fresh(LOOP)); f(100)
many = [fresh(CALL) for _ in range(40)] + [fresh(LOOP) for _ in range(40)]
stop = False
def busy():
    own = [fresh(CALL) for _ in range(10)]
    while not stop:
        for one in own:
            call(one, 50)
threads = [threading.Thread(target=busy) for _ in range(2)]
for one in threads: one.start()
for _ in range(60):
    for one in many:
        call(one, 200)
    f(100)
    gc.collect(0)
stop = True
for one in threads: one.join()
tell(own=own(f), others=owners(but=[f]))
"""
    assert scene(PRELUDE + code, **OPT_IN) == {"own": 1, "others": []}


@pytest.mark.parametrize(
    ("environment", "own"),
    [
        ({"PYTHON_JIT": "0"}, 0),
        ({"PYTHON_JIT": "0", "JITCTL_OPT_IN": "1"}, 1),
        ({"JITCTL_OPT_IN": "1"}, 1),
        ({"JITCTL_OPT_IN": "0"}, 0),
        ({"JITCTL_DISABLE": "1", "JITCTL_OPT_IN": "1"}, 0),
        ({}, 1 if sys.version_info >= (3, 15) else 0),
        ({"PYTHON_JIT": "1", "JITCTL_OPT_IN": "0"}, 1),
    ],
    ids=lambda value: " ".join(f"{k}={v}" for k, v in value.items()) or "nothing set" if type(value) is dict else None,
)
def test_the_users_word_counts(scene, environment, own):
    code = """
f = jit_focus(fresh(LOOP))
f(100); f(100)
tell(own=valid(f), on=sys._jit.is_enabled())
"""
    told = scene(PRELUDE + code, **environment)
    assert told == {"own": own, "on": bool(own) or environment.get("PYTHON_JIT") == "1"}


def test_import_alone_switches_nothing(scene):
    code = "import jitctl\nf = fresh(LOOP); f(20_000)\ntell(own=valid(f), on=sys._jit.is_enabled())\n"
    assert scene(PRELUDE + code, **OPT_IN) == {"own": 0, "on": False}


def test_the_environment_is_ignored_where_python_ignores_its_own(scene):
    """Under -E the variables say nothing: the version's own default holds."""
    code = """
f = jit_focus(fresh(LOOP))
f(100); f(100)
tell(own=valid(f))
"""
    paths = "import os, sys; sys.path[:0] = os.environ['PYTHONPATH'].split(os.pathsep)\n"
    told = scene(paths + PRELUDE + code, "-E", JITCTL_OPT_IN="0" if OPT_IN == {} else "1")
    assert told["own"] == (1 if OPT_IN == {} else 0)
