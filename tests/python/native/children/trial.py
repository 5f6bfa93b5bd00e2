"""What the tests of test_trial.py have fresh interpreters run."""

import gc
import os
import sys
import time

from look import fresh, tell, valid
from parts import given, part
from prelude_trial import LOOP, SLOW, held, measures, seen, until, verdict, version_of

import jitctl
from jitctl import _backend, jit_focus, jit_once

last = None


def closures(source, give, **names):
    body = "".join("    " + line + "\n" for line in source.splitlines())
    space = fresh("def make():\n" + body + "    return target\n", "make", **names)

    def call(*arguments):
        global last
        last = give(space())
        return last(*arguments)

    call(1)
    return call


def told_of_last():
    return verdict(last)["code"]


if part("a_hint_that_costs_is_taken_back_with_both_figures"):
    f = jit_once(fresh(SLOW, held=held))
    given_up = until(lambda: verdict(f)["code"] == "gave-up", f, 3)
    before = measures(f)
    still = [f(3) for _ in range(300)]
    time.sleep(0.2)
    gc.collect()
    tell(
        given_up=given_up,
        seen=sorted(seen),
        verdict=verdict(f),
        events=held(f.__code__),
        same=set(still) == {2},
        slower=before["ns_per_call_after"] > before["ns_per_call_before"],
    )
elif part("a_hint_that_pays_is_in_force_again_and_not_tried_twice"):
    SLOW = """
import time
def target(n):
    t = 0
    for i in range(n): t += i
    if not compiled(): time.sleep(0.002)
    return t
"""
    f = fresh(SLOW, compiled=lambda: valid(f) > 0)
    jit_focus(f)
    tried = until(lambda: "taken back for some calls" in seen, f, 200)
    back = until(lambda: verdict(f)["code"] == "compiled", f, 200)
    seen.clear()
    until(lambda: False, f, 200, seconds=3)
    tell(tried=tried, back=back, later=sorted(seen), compiled=valid(f))
elif part("what_is_compiled_after_a_trial_is_measured_too"):
    SLOW = """
import time
def target(n):
    t = 0
    for i in range(n): t += i
    time.sleep(seconds())
    return t
"""
    tried = []

    def seconds():
        if "taken back for some calls" in verdict(f)["message"]:
            tried.append(1)
        if valid(f):
            return 0.004 if tried else 0
        return 0.002

    f = fresh(SLOW, seconds=seconds)
    jit_focus(f)
    given_up = until(lambda: verdict(f)["code"] == "gave-up", f, 200)
    tell(given_up=given_up, tried=len(tried) > 0, message=verdict(f)["message"], left=valid(f))
elif part("timed_calls_leave_the_function_as_it_was"):
    f = jit_once(fresh(SLOW, held=held))
    before = version_of(f)
    until(lambda: verdict(f)["code"] == "gave-up", f, 3)
    g = jit_once(fresh(SLOW, held=held))
    until(lambda: verdict(g)["code"].endswith("frozen"), g, 3)
    m = sys.monitoring
    heard = []
    m.use_tool_id(1, "another")
    m.register_callback(1, m.events.C_RETURN, lambda code, at, what, first: heard.append(what))
    m.set_events(1, m.events.CALL)
    for _ in range(400):
        f(3)
        g(3)
    m.set_events(1, 0)
    m.free_tool_id(1)
    tell(version=version_of(f) == before, heard=[one.__name__ for one in heard if one in (f, g)])
elif part("a_generator_is_not_frozen"):
    f = jit_once(fresh("def target(n):\n    for i in range(n): yield i\n"))
    end = time.monotonic() + 120
    while verdict(f)["status"] == "pending" and time.monotonic() < end:
        sum(f(500))
        time.sleep(0.005)
    tell(code=verdict(f)["code"], events=held(f.__code__), message=verdict(f)["message"])
elif part("nothing_stays_frozen_when_once_is_taken_back"):
    import dis
    import struct

    f = jit_once(
        fresh("""
def target(n):
    C = type("C", (), {"v": 1})
    o = C(); t = 0
    for i in range(n): t += o.v
    return t
""")
    )

    def frozen():
        raw = f.__code__._co_code_adaptive
        low = 15 if sys.version_info < (3, 15) else 7
        cells = {
            i.opname: struct.unpack("<H", raw[i.offset + 2 : i.offset + 4])[0] & low
            for i in dis.get_instructions(f)
            if i.opname in ("LOAD_GLOBAL", "LOAD_ATTR", "BINARY_OP")
        }
        return sorted(name for name, backoff in cells.items() if backoff == low)

    until(lambda: verdict(f)["code"].endswith("frozen"), f, 500)
    during = frozen()
    for _ in range(100):
        f(500)
    _backend.undo(f)
    tell(during=len(during) > 0, left=frozen())
elif part("a_training_compares_like_with_like"):
    SOURCE = """
import sys, time
def target(n, *, step=1):
    t = 0
    for i in range(n): t += i * step
    if slow(sys._getframe().f_code): time.sleep(0.001)
    return t
"""

    def trained(which):
        f = fresh(SOURCE, slow=lambda code: (code is f.__code__) == (which == "hinted"))
        f.__kwdefaults__ = {"step": 2}
        give = getattr(jitctl, given.hint)(sample_args=(200,), when="first-call", budget_calls=5_000, budget_ms=5_000)
        give(f)
        assert f(4) == 12
        return f

    pays, costs = trained("twin"), trained("hinted")
    tell(
        pays=[verdict(pays)["code"] != "gave-up", sorted(name for name in measures(pays) if name.startswith("ns_"))],
        costs=[verdict(costs)["code"], verdict(costs)["advice"] != "", valid(costs)],
        slower=measures(costs)["ns_per_call_after"] > 5 * measures(costs)["ns_per_call_before"],
    )
elif part("code_that_is_entered_inside_a_loop_counts_and_is_tried"):
    SLOW = """
import time
def target(n):
    C = type("C", (), {"v": 1})
    o = C(); t = 0
    for i in range(n): t += o.v
    if compiled(): time.sleep(0.002)
    return t
"""
    slow = False
    waiting = []
    # jitctl stops its clock for a fork, and what was registered before its own hook runs behind that.
    os.register_at_fork(before=lambda: [action() for action in waiting])
    gc.disable()

    def drop_unseen():
        """Have the first code dropped, and what its side exit led to kept, while no maintenance looks."""
        callbacks, gc.callbacks[:] = gc.callbacks[:], []
        for _ in range(300):
            f(500)  # its side exits are compiled, one behind the other
        gc.collect()
        for _ in range(300):
            f(500)
        gc.callbacks[:] = callbacks

    def settled():
        global said
        said = verdict(f)
        return "inside" in said["message"] or said["code"] == "gave-up"

    waiting.append(drop_unseen)
    for _ in range(20):  # a step that was due before may come in between
        f = jit_focus(fresh(SLOW, compiled=lambda: slow and valid(f) > 0))
        if not (child := os.fork()):
            os._exit(0)
        os.waitpid(child, 0)
        until(settled, f, 500, seconds=10)
        if "inside" in said["message"]:
            break
    gc.enable()
    slow = True
    given_up = until(lambda: verdict(f)["code"] == "gave-up", f, 500)
    tell(code=said["code"], message=said["message"], given_up=given_up, last=verdict(f)["message"])
elif part("a_function_whose_callers_are_specialised_already_is_tried"):
    SLOW = LOOP.replace("return t", "\n    if compiled(): time.sleep(0.002)\n    return t")
    f = fresh("import time\n" + SLOW, compiled=lambda: valid(f) > 0)

    def caller(n):
        for _ in range(n):
            f(200)

    caller(500)
    jit_focus(f)
    end = time.monotonic() + 120
    while verdict(f)["code"] != "gave-up" and time.monotonic() < end:
        caller(20)
    tell(message=verdict(f)["message"])
elif part("functions_of_one_def_are_tried_together"):
    SLOW = """
def target(n):
    t = 0
    for i in range(n): t += i
    if compiled(): sleep(0.002)
    return t
"""
    call = closures(SLOW, jit_focus, compiled=lambda: valid(last) > 0, sleep=time.sleep)
    end = time.monotonic() + 120
    seen = set()
    while told_of_last() != "gave-up" and time.monotonic() < end:
        for _ in range(20):
            call(200)
        seen.add(told_of_last())
        time.sleep(0.005)
    same = {call(200) for _ in range(50)} == {19900}
    tell(seen=sorted(seen), message=verdict(last)["message"], same=same, left=valid(last))
elif part("once_on_functions_that_are_made_in_each_call_freezes"):
    call = closures(LOOP, jit_once)
    end = time.monotonic() + 60
    while "frozen" not in told_of_last() and time.monotonic() < end:
        for _ in range(20):
            call(200)
        time.sleep(0.005)
    tell(code=told_of_last(), value=call(5))
elif part("where_calls_cannot_be_timed_the_verdict_says_so"):
    exec(given.before)

    def drive(coroutine):
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value

    f = jit_focus(fresh(LOOP))
    call = eval(f"lambda: {given.call}")
    end = time.monotonic() + 60
    while "not measured" not in verdict(f)["message"] and time.monotonic() < end:
        for _ in range(20):
            call()
        time.sleep(0.005)
    for _ in range(100):
        call()
    time.sleep(0.2)
    tell(code=verdict(f)["code"], message=verdict(f)["message"])
