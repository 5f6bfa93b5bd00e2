"""Does a call of a hinted function cost more than one of its unhinted twin?

Both twins are compiled from the same source, so they share no code object. Their calls are timed
in turns in one process, and the least time of each counts. A ratio of 1 means no cost; where a
backend acts on the hint the function's own speed shows too. ``python benchmarks/python/call_cost.py``
"""

import timeit

from _common import arguments, home, report

SOURCES = {
    "function": ("def f(x): return x", "f(1)"),
    "keywords": ("def f(x, *, y=2): return x", "f(1, y=3)"),
    "closure": ("def make():\n    k = 1\n    def f(x): return x + k\n    return f\nf = make()", "f(1)"),
    "method": ("class C:\n    def f(self, x): return x\nc = C(); f = C.f", "c.f(1)"),
    "property": ("class C:\n    @property\n    def p(self): return 1\nc = C(); f = C.p", "c.p"),
    "generator": ("def f(x):\n    yield x", "list(f(1))"),
}


def twin(source, hint=None):
    """Compile the source afresh, hint what it calls f, and return the namespace."""
    namespace = {}
    exec(compile(source, "<twin>", "exec"), namespace)
    if hint is not None:
        given = namespace["f"]
        assert hint(given) is given, "a decorator returned another object"
    return namespace


def measure(kind, hint, calls, rounds):
    """Return nanoseconds per call: of the plain twin, of the hinted one."""
    source, call = SOURCES[kind]
    plain, hinted = (timeit.Timer(call, globals=twin(source, how)) for how in (None, hint))
    best = [float("inf")] * 2
    for turn in range(rounds):
        for which in (0, 1) if turn % 2 else (1, 0):
            best[which] = min(best[which], (plain, hinted)[which].timeit(calls))
    return [1e9 * seconds / calls for seconds in best]


def main():
    options = arguments(__doc__, calls=(20_000, "calls per timing"), rounds=(60, "timings of each twin"))
    home()
    import jitctl

    rows = []
    for kind in SOURCES:
        for name in ("focus", "ignore", "once"):
            plain, hinted = measure(kind, getattr(jitctl, f"jit_{name}"), options.calls, options.rounds)
            rows.append([kind, name, plain, hinted, hinted / plain])
    heads = ["call of a", "hint", "plain ns", "hinted ns", "ratio"]
    report(options, "call_cost", heads, rows, ["target: a ratio of 1; repeat a run to see the noise"])


if __name__ == "__main__":
    main()
