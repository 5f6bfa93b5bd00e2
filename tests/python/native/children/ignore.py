"""What the tests of test_ignore.py have fresh interpreters run."""

import dis
import gc
import os
import sys

from look import executors, fresh, is_active, nested, tell
from parts import given, part
from prelude_ignored import SOURCE, active, forms, instrumented, make, seen, step

import jitctl
from jitctl import jit_focus, jit_ignore

if part("applied_from_inside_a_running_compiled_loop"):
    space = make()
    target = space["target"]
    jit_focus(target)
    target(20_000)
    tell(before=True in seen)
    seen.clear()
    r = target(20_000, lambda: jit_ignore(target), 15_000)
    tell(after=True in seen, right=r == sum(range(20_000)), own=len(executors(target)))
elif part("applied_while_its_callers_trace_is_recorded"):

    def make(at):
        space = {"A": is_active, "jit_ignore": jit_ignore, "at": at, "seen": [], "late": []}
        exec(
            f"""
class owner:
    @staticmethod
    def f(i):
        x = i + 1
        seen.append(A())
        return x
def g(n):
    t = 0
    for i in range(n):
        t += owner.f(i)
        if i == at:
            {given.how}
            late.append(len(seen))
        t += 1
    return t
""",
            space,
        )
        return space

    found, before = [], 0
    for at in range(24):
        space = make(at)
        jit_focus(space["g"])
        space["g"](60)
        space["g"](60)
        found += space["seen"][space["late"][0] :]
        before += True in space["seen"][: space["late"][0]]
    tell(calls=len(found), active=sum(found), shown=before > 0)
elif part("applied_to_a_generator_that_runs"):
    source = "def target():\n    i = 0\n    while True:\n        for j in range(50): seen.add(A())\n        yield i\n"
    target = fresh(source, A=is_active, seen=seen)
    jit_focus(target)
    alive = target()
    for _ in range(200):
        next(alive)
    tell(before=True in seen)
    jit_ignore(target)
    seen.clear()
    for _ in range(400):
        next(alive)
    tell(after=True in seen)
elif part("survives_reading_the_code_gc_and_fork"):
    space = make()
    target = space["target"]
    jit_ignore(target)
    for _ in range(3):
        target.__code__.co_code, target.__code__._co_code_adaptive, target.__defaults__
        target.__defaults__ = target.__defaults__
        gc.collect()
    tell(parent=active(space))
    pid = os.fork()
    if pid == 0:
        os._exit(42 if active(space) else 43)
    tell(child=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
elif part("ignored_before_the_jit_was_switched_on"):
    space = {"__name__": "made", "A": is_active, "seen": seen}
    exec(compile(SOURCE, "<made>", "exec"), space)
    jit_ignore(space["target"])
    space["drive"](100)
    jit_focus(space["drive"])
    tell(active=active(space), status=jitctl.stats(space["target"]).verdict.status)
elif part("nested_code_is_ignored_too"):
    source = """
def target(n):
    def inner(k):
        t = 0
        for i in range(k):
            seen.add(A())
            t += (lambda x: seen.add(A()) or x)(i)
        return t
    return inner(n) + sum(seen.add(A()) or i for i in range(n))
"""
    target = fresh(source, A=is_active, seen=seen)
    twin = fresh(source, A=is_active, seen=seen)
    if not sys._jit.is_enabled():
        jit_focus(twin)
    jit_ignore(target)
    twin(20_000)
    tell(control=True in seen)
    seen.clear()
    target(20_000)
    target(20_000)
    tell(active=True in seen, own=[len(executors(code)) for code in nested(target.__code__)])
elif part("taken_back_it_compiles_again"):
    space = make()
    target = space["target"]
    jit_ignore(target)
    tell(ignored=active(space))
    tell(undone=jitctl._backend.undo(target), twice=jitctl._backend.undo(target))
    if not sys._jit.is_enabled() or True:
        jit_focus(target)
    tell(after=active(space))
elif part("disabled_it_does_nothing"):
    space = make()
    target = space["target"]
    jit_ignore(target)
    on = sys._jit.is_enabled()
    tell(
        as_without_hint=active(space) == on,
        events=[
            hex(sys.monitoring.get_local_events(i, target.__code__)) for i in range(6) if sys.monitoring.get_tool(i)
        ],
    )
elif part("other_functions_still_compile"):
    a, b = make(), make()
    jit_ignore(a["target"])
    jit_focus(b["target"])
    tell(ignored=active(a), other=active(b))
elif part("a_loop_without_calls_keeps_no_events"):
    source = "def target(n, items):\n    t = 0\n    for i in items:\n        t = (t * 5 + i) % 65521\n    return t\n"
    target, twin = fresh(source), fresh(source)
    if not sys._jit.is_enabled():
        jit_focus(twin)
    jit_ignore(target)
    right = target(0, range(50)) == twin(0, range(50))
    done = step(work=lambda: target(0, range(500)), until=lambda: not instrumented(target))
    tell(
        done=done,
        right=right,
        entry=forms(target)[0],
        left=instrumented(target),
        text=jitctl.stats(target).verdict.message,
        jump=[name for name in forms(target) if "JUMP_BACKWARD" in name],
    )
elif part("where_the_bytecode_may_not_be_written_all_events_stay"):
    space = make()
    target = space["target"]
    jit_ignore(target)
    seen.clear()
    target(12_000)
    tell(
        active=True in seen,
        jump=[name for name in forms(target) if "JUMP_BACKWARD" in name],
        text=jitctl.stats(target).verdict.message,
        undone=jitctl._backend.undo(target),
    )
elif part("hinted_while_it_runs_it_becomes_cheap_later"):
    space = make()
    target = space["target"]
    jit_focus(target)
    target(5_000)
    inside = []

    def hook():
        jit_ignore(target)
        inside.append("JUMP_BACKWARD_NO_JIT" in forms(target))

    target(6_000, hook, 3_000)
    first = True in seen, len(executors(target))
    cheap = step(until=lambda: "JUMP_BACKWARD_NO_JIT" in forms(target))
    tell(inside=inside, first=first, cheap=cheap, active=active(space), own=len(executors(target)))
elif part("forms_that_settled_are_given_back"):
    source = """
def target(items):
    t = 0
    for i in items:
        t += i
    return t
"""
    target = fresh(source)
    if not sys._jit.is_enabled():
        jit_focus(make()["drive"])
    jit_ignore(target)

    def form():
        return next(name for name in forms(target) if name.startswith("FOR_ITER"))

    seen = []
    for items in (range(900), [1] * 900):
        want = "FOR_ITER_RANGE" if not seen else "FOR_ITER_LIST"
        step(work=lambda: [target(items) for _ in range(9)], until=lambda: form() == want and not instrumented(target))
        seen.append(form())
    jitctl._backend.undo(target)
    raw = target.__code__._co_code_adaptive
    at = next(one.offset for one in dis.get_instructions(target) if one.opname == "FOR_ITER")
    low = 7 if sys.version_info >= (3, 15) else 15
    tell(seen=seen, frozen=raw[at + 2] & low == low, instrumented=instrumented(target))
