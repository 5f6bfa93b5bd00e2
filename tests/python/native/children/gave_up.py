"""What the tests of test_gave_up.py have fresh interpreters run."""

import builtins
import sys
import time

from look import ENTER, NAMES, executors, tell, until, valid
from parts import given, part
from prelude_gave_up import MANY_CLASSES, NEW_CLASS, make, measures, regions, step, verdict

import jitctl
from jitctl import _backend, jit_focus, jit_once

if part("ever_new_classes"):
    f = getattr(jitctl, given.hint)(make(NEW_CLASS))
    gave_up = until(lambda: verdict(f)["code"] == "gave-up", lambda: f(2_000))
    seen = regions(f)
    for _ in range(3):
        for _ in range(20):
            f(2_000)
        step()
    tell(
        gave_up=gave_up,
        status=verdict(f)["status"],
        message=verdict(f)["message"],
        advice=verdict(f)["advice"],
        measures=measures(f),
        seen=seen,
        later=regions(f),
        code=verdict(f)["code"],
    )
elif part("as_many_classes_as_pay"):
    sys.monitoring.use_tool_id(3, "another")  # no trial then, which would take the code back for some calls

    def settle(classes):
        space = {}
        exec(MANY_CLASSES, space)
        contexts = [space["make"](i) for i in range(classes)]
        f = jit_focus(space["run"])
        until(lambda: verdict(f)["code"] == "gave-up" or regions(f) >= classes, lambda: f(5_000, contexts))
        for _ in range(5):
            for _ in range(10):
                f(2_000, contexts)
            step()
        until(lambda: verdict(f)["code"] in ("compiled", "gave-up"), lambda: f(2_000, contexts))
        return verdict(f)["code"], regions(f)

    tell(few=settle(8), many=settle(30))
elif part("the_next_function_of_the_same_def_is_not_armed_again"):
    space = {}
    exec("def outer():" + NEW_CLASS.replace("\n", "\n    ") + "\n    return run", space)
    first = jit_focus(space["outer"]())
    gave_up = until(lambda: verdict(first)["code"] == "gave-up", lambda: first(2_000))
    second = jit_focus(space["outer"]())
    same, code = first.__code__ is second.__code__, verdict(second)["code"]
    for _ in range(3):
        second(100)  # many times what an armed loop needs, few of what debug builds need by themselves
    seen = regions(second)
    both = _backend.undo(first), _backend.undo(second), _backend.undo(second)
    third = jit_focus(space["outer"]())
    armed = verdict(third)["code"]
    tell(gave_up=gave_up, same=same, code=code, seen=seen, both=both, armed=armed)
elif part("a_class_in_each_call_is_named"):
    made = jit_focus(make("def run(n):\n class C: v = 1\n t = 0\n for i in range(n): t += C.v\n return t"))
    plain = jit_focus(make("def run(n):\n t = 0\n for i in range(n): t += i\n return t"))
    first = verdict(made)["message"], verdict(plain)["message"]
    until(lambda: verdict(plain)["code"] == "compiled", lambda: plain(100))
    tell(first=first, plain=verdict(plain)["message"], advice=verdict(made)["advice"])
elif part("a_class_in_each_call_is_named_where_once_is_in_force"):
    made = jit_once(make("def run(n):\n class C: v = 1\n t = 0\n for i in range(n): t += C.v\n return t"))
    plain = jit_once(make("def run(n):\n t = 0\n for i in range(n): t += i\n return t"))
    said = {made: "", plain: ""}

    def frozen(f):
        now = verdict(f)
        if "frozen" in now["code"]:
            said[f] = now["message"]
        return said[f] or now["code"] == "gave-up"

    for f in (made, plain):
        until(lambda: frozen(f), lambda: f(100))
    tell(made=[verdict(made)["code"], said[made]], plain=said[plain])
elif part("code_that_is_never_kept"):
    f = jit_focus(make("def run(n):\n t = 0\n for i in range(n): t += i\n return t"))
    first = verdict(f)["code"]

    def work():
        f(100)
        sys._clear_internal_caches()  # drops all compiled code
        f(5)
        step(1)  # so that hardly a step comes while there is code

    explained = until(lambda: verdict(f)["code"] == "not-compiled", work)
    then = verdict(f)
    settled = until(lambda: verdict(f)["code"] == "compiled", lambda: f(10_000), 60)
    tell(
        first=first,
        explained=explained,
        status=then["status"],
        message=then["message"],
        advice=then["advice"],
        attempts={name: value for name, value, _ in then["measures"]}.get("attempts"),
        settled=settled,
    )
elif part("a_loop_that_no_trace_can_hold"):
    f = jit_focus(
        make("""
def run(n):
    t = 0
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError:
            t += 1
    return t
""")
    )
    explained = until(lambda: verdict(f)["code"] == "not-compiled", lambda: f(20_000))
    tell(explained=explained, message=verdict(f)["message"])
elif part("frozen_code_that_never_lasts"):
    sys.monitoring.use_tool_id(3, "another")  # no trial then, which would take the code back for some calls
    f = jit_once(make("def run(n):\n t = 0\n for i in range(n): t += i\n return t"))
    trainings = 0
    while verdict(f)["code"] != "gave-up" and trainings < 40:
        if not until(lambda: verdict(f)["status"] != "pending", lambda: f(3_000)):
            break
        sys._clear_internal_caches()  # drops all compiled code
        f(3)
        until(lambda: verdict(f)["status"] == "pending" or verdict(f)["code"] == "gave-up", lambda: time.sleep(0.02))
        trainings += 1
    raw = f.__code__._co_code_adaptive
    adds = [i for i in range(0, len(raw) - 4, 2) if NAMES.get(raw[i], "").startswith("BINARY_OP")]
    tell(
        code=verdict(f)["code"],
        status=verdict(f)["status"],
        message=verdict(f)["message"],
        dropped=measures(f).get("dropped"),
        frozen=sum(raw[i + 2 : i + 4] == b"\xff\xff" for i in adds),
    )
elif part("once_is_not_slowed_down_by_new_globals"):
    sys.monitoring.use_tool_id(3, "another")  # no trial then, after which it would be trained anew
    space = {"LIMIT": 5, "__name__": "made"}
    exec(
        """
def run(many):
    t = 0
    for one in many:
        if one < LIMIT: t += len(many)
    return t
""",
        space,
    )
    f = jit_once(sample_args=([1, 2, 9] * 20,), when="decoration")(space["run"])
    code = f.__code__
    reads = [i for i in range(0, len(code.co_code), 2) if NAMES[code.co_code[i]] == "LOAD_GLOBAL"]

    def forms():
        raw = code._co_code_adaptive
        return [NAMES[raw[i]] for i in reads if raw[i] != ENTER]

    def misses():
        raw = code._co_code_adaptive
        return sum(raw[i + 2 : i + 4] != b"\xff\xff" for i in reads if raw[i] != ENTER)

    frozen = forms(), misses()
    space["new"] = 1
    builtins.jitctl_new = 1  # compiled code is dropped as well, so that the reads are seen

    def settled():
        f([1, 2, 9])
        f([1, 2, 9])
        return misses() == 0 and len(forms()) == 2

    again = until(settled, lambda: step(1))
    now = misses()
    for _ in range(50):
        f([1, 2, 9])
    tell(frozen=frozen, again=again, forms=forms(), now=now, misses=misses(), verdict=verdict(f)["code"])
elif part("once_compiles_what_is_nested_in_it"):
    f = jit_once(
        make("""
def run(n):
    add = lambda x: x + 1
    t = 0
    for i in range(n): t = add(t)
    return t
""")
    )
    settled = until(lambda: verdict(f)["status"] != "pending", lambda: f(3_000))
    nested = [one for one in f.__code__.co_consts if hasattr(one, "co_code")]
    entries = [NAMES[one._co_code_adaptive[0]] for one in (f.__code__, *nested)]
    inlined = [
        step[0] for one in executors(f).values() for step in one if "PUSH_FRAME" in step[0] or "LAMBDA" in step[0]
    ]
    tell(settled=settled, entries=entries, compiled=valid(f), message=verdict(f)["message"])
elif part("once_says_what_its_event_costs"):
    plain = jit_once(make("def run(n):\n if n < 2: return n\n return run(n - 1) + run(n - 2)"))
    loop = jit_once(make("def run(n):\n t = 0\n for i in range(n): t += i\n return t"))
    until(lambda: verdict(plain)["status"] != "pending", lambda: plain(12))
    until(lambda: verdict(loop)["status"] != "pending", lambda: loop(3_000))
    tell(plain=verdict(plain)["message"], loop=verdict(loop)["message"], advice=verdict(plain)["advice"])
