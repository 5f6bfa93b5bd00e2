"""What the tests of test_opt_in.py have fresh interpreters run."""

import os
import sys

if sys.flags.ignore_environment:  # the way to what is imported here, too
    sys.path[:0] = os.environ["PYTHONPATH"].split(os.pathsep)

from look import all_code, fresh, owners, tell, until, valid
from parts import given, part

from jitctl import jit_focus

LOOP = "def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
CALL = "def target(x):\n    y = x * 3 + 1\n    z = y * y - x\n    return (z + y) * (z - y) + x * z\n"


def own(f):
    "What is dropped by others' doings is on trial for some calls before it is compiled again."
    until(lambda: valid(f), lambda: f(2_000))
    return valid(f)


def call(f, n):
    for i in range(n):
        f(i)


if part("only_hinted_functions_own_executors"):
    f = fresh(LOOP)
    if given.hinted:
        jit_focus(f)
    f(20_000)
    from stdlib_tour import tour

    modules = tour()
    f(20_000)
    call(f, 9_000)
    tell(modules=modules, codes=len(all_code()), own=own(f), others=owners(but=[f]))
elif part("code_that_was_there_before_and_its_loops"):
    from stdlib_tour import tour

    before = [fresh(LOOP), fresh(CALL)]
    never_ran = [fresh(LOOP), fresh(CALL)]
    call(before[1], 10_000)
    before[0](10_000)
    alive = (lambda: (yield from range(10**9)))()
    f = jit_focus(fresh(LOOP))
    f(100)
    call(before[1], 20_000)
    before[0](20_000)
    call(never_ran[1], 20_000)
    never_ran[0](20_000)
    for v in alive:
        if v > 20_000:
            break
    tour()
    tell(own=own(f), others=owners(but=[f]))
elif part("code_made_later"):
    import importlib.util
    import marshal
    import pathlib
    import tempfile
    import types

    f = jit_focus(fresh(LOOP))
    f(100)

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
    # On debug builds of 3.15 an interruption can let an entry count to 8,190: a limit that
    # backends/native/README.md names.
    calls = 8_000 if sys.version_info >= (3, 15) and hasattr(sys, "gettotalrefcount") else 20_000
    for _ in range(calls):
        short(3)
    entry = fresh(CALL)
    for i in range(calls):
        entry(i)
    tell(own=own(f), many=len(many), others=owners(but=[f]))
elif part("with_a_second_busy_thread"):
    import gc
    import threading

    sys.setswitchinterval(0.0005)
    f = jit_focus(fresh(LOOP))
    f(100)
    many = [fresh(CALL) for _ in range(40)] + [fresh(LOOP) for _ in range(40)]
    stop = False

    def busy():
        own = [fresh(CALL) for _ in range(10)]
        while not stop:
            for one in own:
                call(one, 50)

    threads = [threading.Thread(target=busy) for _ in range(2)]
    for one in threads:
        one.start()
    for _ in range(60):
        for one in many:
            call(one, 200)
        f(100)
        gc.collect(0)
    stop = True
    for one in threads:
        one.join()
    tell(own=own(f), others=owners(but=[f]))
elif part("the_users_word_counts"):
    f = jit_focus(fresh(LOOP))
    f(100)
    f(100)
    tell(own=valid(f), on=sys._jit.is_enabled())
elif part("import_alone_switches_nothing"):
    f = fresh(LOOP)
    f(20_000)
    tell(own=valid(f), on=sys._jit.is_enabled())
elif part("the_environment_is_ignored_where_python_ignores_its_own"):
    f = jit_focus(fresh(LOOP))
    f(100)
    f(100)
    tell(own=valid(f))
