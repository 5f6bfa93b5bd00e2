"""What the tests of test_memory.py have fresh interpreters run."""

from parts import part
from twins import tell, verdict

import jitctl
from jitctl import jit_focus

if part("a_function_that_dies_gives_its_memory_back"):
    import gc
    import weakref

    def make(n):
        space = {}
        exec(f"def f(a):\n    return a + {n}", space)
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
elif part("a_function_that_dies_while_it_runs"):
    import gc

    def drop(x):
        del globals()["f"]
        gc.collect()
        return x

    def call(g, x):
        return g(x)

    seen = []
    for n in range(20):
        exec("def f(x):\n    y = drop(x)\n    return [x, y]")
        jit_focus(f)
        seen.append(f(n) == [n, n])
    tell(seen=all(seen))
elif part("the_limit_of_code_memory"):

    def make(n):
        space = {}
        exec(f"def f(a):\n    return a + {n}", space)
        return jit_focus(space["f"])

    many = [make(n) for n in range(20)]
    results = [f(1) for f in many]
    verdicts = [jitctl.stats(f).verdict for f in many]
    last = verdicts[-1]
    tell(right=results == [n + 1 for n in range(20)], codes=[v.code for v in verdicts])
    tell(message=last.message, advice=last.advice)
