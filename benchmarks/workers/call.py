"""What a call of a hinted function costs: compare ``call.py --hint none`` with ``--hint focus`` and the others.

All kinds are timed in one process. Where a backend acts on the hint, the function's own speed shows too.
"""

from _worker import Worker, cpu_clock

REPEATED = 10
#: kind -> (source that defines f, the function; the call that is timed)
KINDS = {
    "function": ("def f(x): return x", "f(1)"),
    "keywords": ("def f(x, *, y=2): return x", "f(1, y=3)"),
    "closure": ("def make():\n    k = 1\n    def f(x): return x + k\n    return f\nf = make()", "f(1)"),
    "method": ("class C:\n    def f(self, x): return x\nc = C(); f = C.f", "c.f(1)"),
    "property": ("class C:\n    @property\n    def p(self): return 1\nc = C(); f = C.p", "c.p"),
    "generator": ("def f(x):\n    yield x", "list(f(1))"),
}
LOOP = """
def timed(loops):
    many = range(loops)
    start = clock()
    for _ in many:
{calls}
    return clock() - start
"""


def main():
    worker = Worker(values=3, warmups=2, min_time=0.005)
    numba = worker.parse().hint == "numba"
    for kind, (source, call) in KINDS.items():
        if numba and kind != "function":
            continue
        space = {"clock": cpu_clock}
        exec(compile(source, f"<{kind}>", "exec"), space)
        if numba:
            (space["f"],) = worker.apply([space["f"]])
            eval(call, space)  # compiles it
        else:
            worker.apply([space["f"]])
        exec(LOOP.format(calls="\n".join([f"        {call}"] * REPEATED)), space)
        worker.measure(f"call {kind}", space["timed"], inner_loops=REPEATED)
    worker.finish()


if __name__ == "__main__":
    main()
