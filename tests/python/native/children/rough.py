"""What the tests of test_rough.py have fresh interpreters run."""

import gc
import os
import sys
import time
import types

from look import fresh, tell, valid
from parts import given, part

import jitctl
from jitctl import jit_focus, jit_ignore, jit_once

undo = jitctl._backend.undo
LOOP = "def target(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"


def verdict(f):
    return jitctl.stats(f).verdict


HONEST = ("applied", "pending", "partial", "unsupported", "refused")

if part("threads_run_hot_while_hints_come_and_go"):
    import threading

    from kernels import KERNELS

    sys.setswitchinterval(0.0005)
    names = [name for name in KERNELS if name != "globals"]

    def make():
        return {name: fresh(KERNELS[name]) for name in names}

    # 3.15 crashes by itself where threads run one function while it is compiled (gh-157740): there, each has its own.
    sets = [make()] * 3 if sys.version_info < (3, 15) else [make() for _ in range(3)]
    every = list({id(f): f for fs in sets for f in fs.values()}.values())
    right = {name: fresh(KERNELS[name])(400) for name in names}
    wrong, stop = [], False

    def work(turn, fs):
        while not stop:
            for name in names[turn:] + names[:turn]:
                if fs[name](400) != right[name]:
                    wrong.append(name)

    threads = [threading.Thread(target=work, args=(k * 4, sets[k])) for k in range(3)]
    for one in threads:
        one.start()
    end, rounds, bad = time.monotonic() + 4, 0, set()
    while time.monotonic() < end or rounds <= 20:
        for k, f in enumerate(every):
            (jit_focus, jit_ignore, jit_once, undo)[(rounds + k) % 4](f)
            if (rounds + k) % 4 < 3 and verdict(f).status not in HONEST:
                bad.add(verdict(f).status)
        rounds += 1
        if rounds % 20 == 0:
            gc.collect()
        time.sleep(0.002)
    stop = True
    for one in threads:
        one.join()
    tell(wrong=sorted(set(wrong)), bad=sorted(bad))
elif part("fork"):
    f, g, h = (fresh(LOOP) for _ in range(3))
    jit_focus(f)
    jit_ignore(h)
    f(100)
    f(100)
    pid = os.fork()
    if pid == 0:
        ok = f(1000) == 499500 and valid(f) == 1
        jit_focus(g)
        ok = ok and g(100) == 4950 and g(100) == 4950 and valid(g) == 1 and verdict(g).status == "applied"
        h(20_000)
        ok = ok and valid(h) == 0
        undo(f)
        os._exit(0 if ok and f(100) == 4950 else 1)
    child = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    tell(child=child, own=valid(f), right=f(100) == 4950)
elif part("subinterpreters"):
    import _interpreters

    f = jit_focus(fresh(LOOP))
    f(100)
    f(100)
    inner = """
import sys
sys.path[:] = PATH
import jitctl
def target(n):
    t = 0
    for i in range(n):
        t += i
    return t
jitctl.jit_focus(target); jitctl.jit_ignore(target); jitctl.jit_focus(target)
assert [target(20_000) for _ in range(3)] == [199990000] * 3
status = jitctl.stats(target).verdict.status
assert status in ("applied", "pending", "partial", "unsupported", "refused"), status
jitctl._backend.undo(target)
"""
    failed = []
    for kind in ("legacy", "isolated"):
        for _ in range(2):
            one = _interpreters.create(kind)
            problem = _interpreters.run_string(one, f"PATH = {sys.path!r}\n" + inner)
            if problem:
                failed.append(f"{kind}: {problem.formatted}")
            _interpreters.destroy(one)
    f(100)
    g = jit_focus(fresh(LOOP))
    g(100)
    g(100)
    tell(failed=failed, own=[valid(f), valid(g)], right=g(1000) == 499500)
elif part("settrace_sees_the_same_lines"):
    hint, moment = getattr(jitctl, given.hint), given.moment
    f, twin = fresh(LOOP), fresh(LOOP)
    if moment == "before":
        hint(f)
        f(50)
        f(50)

    def lines(f):
        seen = []

        def trace(frame, what, value):
            if frame.f_code is f.__code__:
                seen.append((what, frame.f_lineno))
            return trace

        sys.settrace(trace)
        if moment == "during" and f is not twin:
            hint(f)
        r = f(20)
        sys.settrace(None)
        return r, seen

    same = lines(f) == lines(twin)
    for _ in range(4):
        f(300)
        f(300)
        time.sleep(0.06)
        gc.collect()
    tell(same=same, right=f(1000) == 499500, status=verdict(f).status, own=valid(f), active=sys._jit.is_enabled())
elif part("coverage_counts_the_same"):
    sys.path.append(given.site)
    import coverage

    path = os.path.join(given.folder, "covered.py")
    with open(path, "w") as file:
        file.write(LOOP + "def cold(n):\n    if n > 10**9:\n        return -1\n    return target(n)\n")
    sys.path.insert(0, given.folder)
    watch = coverage.Coverage(include=[path], data_file=None)
    watch.start()
    import covered

    for f in (covered.target, covered.cold):
        (jit_focus if f is covered.target else jit_ignore)(f)
    r = [covered.cold(100) for _ in range(50)]
    watch.stop()
    missing = watch.analysis2(path)[3]
    for _ in range(4):
        covered.target(300)
        time.sleep(0.06)
        gc.collect()
    covered.target(300)
    tell(missing=missing, right=set(r) == {4950}, status=verdict(covered.target).status, own=valid(covered.target))
elif part("new_code_for_a_hinted_function"):
    f = jit_focus(fresh(LOOP))
    f(50)
    f(50)
    f.__code__ = f.__code__.replace(co_name="other")
    right = [f(100) == 4950 for _ in range(3)]
    for _ in range(3):
        f(100)
        time.sleep(0.06)
        gc.collect()
    tell(right=all(right), first=[verdict(f).status, valid(f)])
    jit_focus(f)
    f(50)
    f(50)
    tell(again=[verdict(f).status, valid(f)])
    g = jit_ignore(fresh(LOOP))
    g.__code__ = fresh(LOOP).__code__
    for _ in range(3):
        time.sleep(0.06)
        gc.collect()
    g(10_000)
    g(10_000)
    tell(ignored=[verdict(g).status, valid(g)])
    twin = types.FunctionType(f.__code__, globals())
    undo(f)
    tell(shared=twin(100) == 4950)
elif part("hints_replace_each_other"):
    f = fresh(LOOP)
    jit_ignore(f)
    f(20_000)
    a = valid(f)
    jit_focus(f)
    focus = verdict(f)
    f(50)
    f(50)
    b = valid(f)
    jit_ignore(f)
    ignore = verdict(f)
    f(20_000)
    c = valid(f)
    jit_once(f)
    once = verdict(f)
    f(20_000)
    jit_focus(f)
    f(50)
    f(50)
    tell(
        own=[a, b, c, valid(f)],
        told=["replace" in one.message for one in (focus, ignore, once)],
        hint=jitctl.stats(f).hint,
        records=len(jitctl.stats()),
    )
elif part("a_methods_own_hint_wins_over_its_classs"):
    source = LOOP.replace("def target(n)", "def own(self, n)") + LOOP.replace("def target(n)", "def other(self, n)")
    space = {}
    exec("class C:\n" + "\n".join("    " + line for line in source.splitlines()), space)
    C = space["C"]
    hints = [lambda: jit_ignore(C.own), lambda: jit_focus(C)]
    for hint in hints if given.order == "method first" else reversed(hints):
        hint()
    for _ in range(2):
        C().own(20_000), C().other(50)
    tell(own=[valid(C.own), valid(C.other)], hints=[jitctl.stats(C.own).hint, jitctl.stats(C.other).hint])
elif part("undo"):
    on = sys._jit.is_enabled()
    f, g = fresh(LOOP), fresh(LOOP)
    jit_focus(f)
    jit_focus(g)
    f(50)
    f(50)
    done = undo(f), undo(g), undo(f)
    own = valid(f), valid(g)
    for _ in range(3):
        f(3000), g(50)
    tell(done=done, on=on, own=own, later=[valid(f), valid(g)], right=f(10) == 45)
    try:
        jitctl.stats(f)
    except LookupError:
        tell(gone=True)
elif part("a_hundred_thousand_hints_do_not_leak"):
    import resource

    def memory():
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() // 1024

    code = compile(LOOP, "<l>", "exec").co_consts[0]

    def some(n):
        for k in range(n):
            f = types.FunctionType(code.replace(), {})
            (jit_focus, jit_ignore, jit_once)[k % 3](f)
            if k % 5 == 0:
                f(ITERATIONS)
            if k % 7 == 0:
                undo(f)
            del f

    DEBUG, ITERATIONS = hasattr(sys, "gettotalrefcount"), 20 if sys.version_info >= (3, 15) else 2
    ROUND = 5_000 if DEBUG else 20_000
    some(ROUND)
    gc.collect()
    time.sleep(0.1)
    gc.collect()
    # A debug build's machine code comes and goes by megabytes; a leak shows in every window.
    grown = []
    for _ in range(3 if DEBUG else 1):
        before, refs = memory(), sys.gettotalrefcount() if DEBUG else 0
        some(4 * ROUND)
        for _ in range(20):
            time.sleep(0.06)
            gc.collect()
        grown.append(memory() - before)
    tell(
        grown=min(grown),
        refs=(sys.gettotalrefcount() if DEBUG else 0) - refs,
        records=len(jitctl.stats()),
        hints=4 * ROUND,
    )
