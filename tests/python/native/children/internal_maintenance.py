"""What the tests of test_internal_maintenance.py have fresh interpreters run."""

import gc
import sys
import time
import types

from look import tell, until, valid
from parts import given, part
from prelude_maintenance import drive, drop, make, notes, step, verdict

from jitctl import _backend, jit_focus, jit_ignore, jit_once

#: the verdicts of a focus in force: the second from the next step on
FOCUSED = "armed", "compiled"


def outer(k):
    "Give a function that shares its code object with others."

    def inner(n):
        t = k
        for i in range(n):
            t += i
        return t

    return inner


if part("dropped_code_comes_back"):
    f = jit_focus(make())
    drive(f, 30)
    seen = [valid(f)]
    step()
    drop()
    seen.append(valid(f))
    drive(f, 100)  # the counter under the dropped code
    seen.append(valid(f))
    step()
    drop()
    step()
    drive(f, 10)  # armed by a step
    seen.append(valid(f))
    tell(seen=seen)
elif part("code_that_is_dropped_very_often"):
    f = jit_focus(make())
    drive(f, 30)
    missed = rounds = 0
    while missed < 5 and rounds < 400:  # steps arm it again, ever more rarely, and in the end not at all
        sys._clear_internal_caches()  # drops all compiled code
        step(1)
        drive(f, 30)
        rounds += 1
        missed = 0 if valid(f) else missed + 1
    seen = [valid(f)]
    step(1)
    for _ in range(30):
        f(1_000)
    seen.append(valid(f))  # CPython's own thresholds are left
    step(25)  # one of them sees the code, and forgives: pauses last up to a second
    sys._clear_internal_caches()
    for _ in range(25):  # fewer iterations than CPython's own threshold
        step(1)
        drive(f, 30)
        if valid(f):
            break
    seen.append(valid(f))
    tell(seen=seen)
elif part("a_tool_that_comes_and_goes"):
    f, plain = jit_focus(make()), make()
    drive(f, 30)
    drive(plain, 3)
    sys.settrace(lambda *a: None)
    drive(f, 30)
    drive(plain, 30)
    step()
    off = notes()["JIT"]
    sys.settrace(None)
    drive(f, 1)
    drive(plain, 1)
    step()
    drive(f, 30, 30)
    drive(plain, 2_000)
    tell(off=off, compiled=valid(f), plain=valid(plain), on=sys._jit.is_enabled())
elif part("a_hint_follows_new_code"):
    gc.disable()
    f, g = jit_focus(make()), jit_ignore(make())
    drive(f, 30)

    def turn():
        for one in (f, g):
            one.__code__ = one.__code__.replace()

    turn()
    turn()
    for _ in range(30):
        pass  # the main thread looks for notes at jumps
    first = verdict(f)["code"], verdict(g)["code"]
    drive(f, 30)
    drive(g, 5_000, 5_000)
    time.sleep(0.1)
    kept = f.__code__
    turn()
    step()
    drive(f, 30)
    drive(g, 5_000, 5_000)
    tell(first=first, compiled=valid(f), ignored=valid(g), message=verdict(f)["message"])
    tell(undone=[_backend.undo(f), _backend.undo(g)])
elif part("the_verdict_tells_when_it_is_compiled_and_when_that_is_dropped"):
    f, other, cold = jit_focus(outer(1)), jit_focus(outer(2)), jit_focus(make())
    jit_ignore(cold)
    jit_focus(cold)
    first = verdict(f)["code"], verdict(cold)["message"]
    drive(f, 30)
    step()
    compiled = [(verdict(one)["code"], verdict(one)["message"]) for one in (f, other, cold)]
    measures = verdict(f)["measures"]
    drop()
    step()
    dropped = verdict(f)["code"], verdict(f)["message"]
    drive(f, 100)
    drive(cold, 100)
    step()
    tell(first=first, compiled=compiled, measures=measures, dropped=dropped, again=verdict(f)["code"])
    tell(cold=verdict(cold)["message"])
elif part("the_switch_goes_off_with_the_last_hint"):
    f, plain, quiet = jit_focus(make()), make(), jit_ignore(make())
    drive(f, 30)
    on = sys._jit.is_enabled(), valid(f)
    _backend.undo(f)
    _backend.undo(quiet)
    off = until(lambda: not sys._jit.is_enabled())
    drive(f, 10_000)
    drive(plain, 10_000)
    nothing = valid(f) + valid(plain)
    new = make()
    jit_ignore(quiet)
    jit_focus(f)
    drive(f, 30)
    drive(new, 10_000)
    drive(plain, 10_000)
    drive(quiet, 10_000)
    tell(on=on, off=off, nothing=nothing, again=valid(f), others=valid(new) + valid(plain) + valid(quiet))
elif part("functions_that_share_code"):
    a, b, c = outer(1), outer(2), outer(3)
    jit_focus(a)
    jit_focus(b)
    _backend.undo(b)  # a keeps its hint
    drive(a, 30)
    tell(kept=[verdict(a)["code"] in FOCUSED, valid(a)])
    jit_ignore(c)  # the later hint is in force, and the earlier one says so
    drive(a, 5_000, 5_000)
    tell(later=[verdict(a)["code"], verdict(c)["code"], valid(a)])
    jit_focus(b)
    jit_once(a)  # ignore is a promise
    drive(a, 5_000, 5_000)
    drive(b, 5_000, 5_000)
    tell(promise=[verdict(a)["code"], verdict(b)["code"], verdict(c)["code"], valid(a)])
    _backend.undo(a)
    _backend.undo(b)
    drive(a, 5_000, 5_000)
    tell(stays=valid(c))
    _backend.undo(c)
    jit_focus(b)
    drive(b, 30)
    tell(free=[verdict(b)["code"] in FOCUSED, valid(b)])
elif part("once_is_frozen_when_it_settled"):
    f = jit_once(make("def f(l):\n t = 0\n for a in l:\n  t = t + a\n return t"))
    first = verdict(f)["code"]
    for _ in range(100):
        f([1, 2, 3] * 10)
    step(8)
    raw = f.__code__._co_code_adaptive[::2]
    before = verdict(f), valid(f)
    for _ in range(100):
        f([1.5, 2.5] * 20)
        f([])
    after = valid(f)
    jit_focus(f)
    tell(
        first=first,
        before=before[0]["code"],
        status=before[0]["status"],
        same=before[1] == after,
        message=verdict(f)["message"],
    )
elif part("a_frozen_function_whose_code_was_dropped"):
    sys.monitoring.use_tool_id(3, "another")  # no trial, which gives the hint up where a busy machine slows its calls
    f = jit_once(make("def f(l):\n t = 0\n for a in l:\n  t = t + a\n return t"))

    def settled():
        return verdict(f)["code"] == "frozen"

    def work():
        for _ in range(20):
            f([1, 2, 3] * 10)

    first = until(settled, work), valid(f) > 0
    seen = set()
    for _ in range(2):
        drop()
        gone = valid(f)

        def pending():
            seen.add(verdict(f)["code"])
            return verdict(f)["code"] == "training"

        until(pending)
        back = until(lambda: settled() and valid(f), work)
    for _ in range(100):
        f([1.5, 2.5] * 20)
    tell(first=first, gone=gone, seen=sorted(seen), back=back, now=verdict(f)["code"])
elif part("dead_functions_are_forgotten"):
    import resource

    code = make().__code__

    def wave(n):
        for _ in range(n):
            for hint in (jit_focus, jit_ignore):
                hint(types.FunctionType(code.replace(), {}))

    wave(2_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wave(8_000)
    kept = int(notes()["hinted code objects"])
    step(3)
    tell(
        kept=kept,
        left=int(notes()["hinted code objects"]),
        grown=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before,
    )
elif part("steps_stay_rare_with_a_thousand_hints"):
    functions = [jit_focus(make()) for _ in range(1_000)]
    for f in functions:
        f(20)
    before = notes()["maintenance"].split()
    step(5)
    after = notes()["maintenance"].split()
    tell(steps=int(after[0]) - int(before[0]))
elif part("closures_share_one_record"):

    def outer(k):
        @jit_focus
        def inner(n):
            t = k
            for i in range(n):
                t += i
            return t

        return inner

    kept = [outer(k) for k in range(500)]
    tell(records=int(notes()["hinted code objects"]), codes={verdict(f)["code"] for f in kept[:3]} and 1)
    drive(kept[0], 30)
    tell(compiled=valid(kept[7]))
elif part("a_step_on_top_of_a_function_that_cannot_import"):
    f = jit_focus(make())
    bare = types.FunctionType(make("def f(pause, collect):\n pause(0.06)\n collect()\n return 1").__code__, given.space)
    before = notes()["maintenance"]
    for _ in range(2):
        bare(time.sleep, gc.collect)
    tell(stepped=notes()["maintenance"] != before, on=sys._jit.is_enabled(), tool="tracing" in notes()["JIT"])
    drive(f, 30)
    tell(compiled=valid(f))
elif part("many_functions_that_a_tool_has_rewritten"):
    fs = [jit_focus(make()) for _ in range(400)]

    def spent():
        return float(notes()["maintenance"].split()[3])

    for f in fs:
        f(30)
    for _ in range(12):
        step()  # all are seen to be compiled
    gc.disable()
    sys.settrace(lambda *a: None)
    for f in fs:
        f(0)
    sys.settrace(None)
    for f in fs:
        f(0)
    before = spent()
    gc.enable()
    for _ in range(6):
        step()
    spent_ms = spent() - before
    for _ in range(10):  # what CPython gave up is tried again
        for f in fs:
            drive(f, 30)
        if all(valid(f) for f in fs):
            break
        step()
    tell(ms=spent_ms, compiled=sum(valid(f) for f in fs), debug=hasattr(sys, "gettotalrefcount"))
