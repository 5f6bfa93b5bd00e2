"""Whether a hint pays is measured where it is in doubt, in real calls; what costs is taken back."""

import sys

import pytest

VERSION = sys.version_info[:2]

pytestmark = pytest.mark.usefixtures("native")
OPT_IN = {"JITCTL_OPT_IN": "1"}
EVENTS = pytest.mark.skipif(VERSION < (3, 15), reason="3.14 has no event at the entry of what is frozen")
ALL_TRIED = pytest.mark.skipif(VERSION >= (3, 15), reason="one trace that lasts is not in doubt on 3.15")

PRELUDE = "from prelude_trial import *\n"


@EVENTS
def test_a_hint_that_costs_is_taken_back_with_both_figures(scene):
    told = scene(
        PRELUDE
        + """
f = jit_once(fresh(SLOW, held=held))
given_up = until(lambda: verdict(f)["code"] == "gave-up", f, 3)
before = measures(f)
still = [f(3) for _ in range(300)]
time.sleep(0.2); gc.collect()
tell(given_up=given_up, seen=sorted(seen), verdict=verdict(f), events=held(f.__code__), same=set(still) == {2},
     slower=before["ns_per_call_after"] > before["ns_per_call_before"])
""",
        **OPT_IN,
    )
    assert told["given_up"], told
    assert "taken back for some calls" in told["seen"]
    assert told["slower"]
    assert not told["events"]
    assert told["same"]
    assert (told["verdict"]["status"], told["verdict"]["code"]) == ("refused", "gave-up")
    assert told["verdict"]["message"].startswith("it costs more than it gains: a call takes ")
    assert told["verdict"]["advice"]


@ALL_TRIED
def test_a_hint_that_pays_is_in_force_again_and_not_tried_twice(scene):
    told = scene(
        PRELUDE
        + """
SLOW = '''
import time
def target(n):
    t = 0
    for i in range(n): t += i
    if not compiled(): time.sleep(0.002)
    return t
'''
f = fresh(SLOW, compiled=lambda: valid(f) > 0)
jit_focus(f)
tried = until(lambda: "taken back for some calls" in seen, f, 200)
back = until(lambda: verdict(f)["code"] == "compiled", f, 200)
seen.clear()
until(lambda: False, f, 200, seconds=3)
tell(tried=tried, back=back, later=sorted(seen), compiled=valid(f))
""",
        **OPT_IN,
    )
    assert told == {"tried": True, "back": True, "later": ["1 loop compiled"], "compiled": 1}


@EVENTS
def test_timed_calls_leave_the_function_as_it_was(scene):
    """Its version comes back, so that callers are specialised for it; another tool never sees a call of C."""
    told = scene(
        PRELUDE
        + """
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
for _ in range(400): f(3); g(3)
m.set_events(1, 0)
m.free_tool_id(1)
tell(version=version_of(f) == before, heard=[one.__name__ for one in heard if one in (f, g)])
""",
        **OPT_IN,
    )
    assert told == {"version": True, "heard": []}


@EVENTS
def test_a_generator_is_not_frozen(scene, mode):
    """Its event would come with each item, which costs more than freezing gains."""
    told = scene(
        PRELUDE
        + """
f = jit_once(fresh("def target(n):\\n    for i in range(n): yield i\\n"))
end = time.monotonic() + 120
while verdict(f)["status"] == "pending" and time.monotonic() < end:
    sum(f(500)); time.sleep(0.005)
tell(code=verdict(f)["code"], events=held(f.__code__), message=verdict(f)["message"])
""",
        **mode,
    )
    assert told["code"] == "gave-up"
    assert not told["events"]
    assert "for each item" in told["message"]


def test_nothing_stays_frozen_when_once_is_taken_back(scene):
    """Not under compiled code either, which may be entered at any instruction (3.14: behind a few side exits)."""
    told = scene(
        PRELUDE
        + """
import dis, struct
f = jit_once(fresh('''
def target(n):
    C = type("C", (), {"v": 1})
    o = C(); t = 0
    for i in range(n): t += o.v
    return t
'''))
def frozen():
    raw = f.__code__._co_code_adaptive
    low = 15 if sys.version_info < (3, 15) else 7
    cells = {i.opname: struct.unpack("<H", raw[i.offset + 2 : i.offset + 4])[0] & low for i in dis.get_instructions(f)
             if i.opname in ("LOAD_GLOBAL", "LOAD_ATTR", "BINARY_OP")}
    return sorted(name for name, backoff in cells.items() if backoff == low)
until(lambda: verdict(f)["code"].endswith("frozen"), f, 500)
during = frozen()
for _ in range(100): f(500)
_backend.undo(f)
tell(during=len(during) > 0, left=frozen())
""",
        **OPT_IN,
    )
    assert told == {"during": True, "left": []}


@pytest.mark.parametrize("hint", ["jit_focus", "jit_once"])
def test_a_training_compares_like_with_like(scene, mode, hint):
    """Warm calls of the function and of a twin without the hint, in turn."""
    told = scene(
        PRELUDE
        + f"""
SOURCE = '''
import sys, time
def target(n, *, step=1):
    t = 0
    for i in range(n): t += i * step
    if slow(sys._getframe().f_code): time.sleep(0.001)
    return t
'''
def trained(which):
    f = fresh(SOURCE, slow=lambda code: (code is f.__code__) == (which == "hinted"))
    f.__kwdefaults__ = {{"step": 2}}
    give = {hint}(sample_args=(200,), when="first-call", budget_calls=5_000, budget_ms=5_000)
    give(f)
    assert f(4) == 12
    return f
pays, costs = trained("twin"), trained("hinted")
tell(pays=[verdict(pays)["code"] != "gave-up", sorted(name for name in measures(pays) if name.startswith("ns_"))],
     costs=[verdict(costs)["code"], verdict(costs)["advice"] != "", valid(costs)],
     slower=measures(costs)["ns_per_call_after"] > 5 * measures(costs)["ns_per_call_before"])
""",
        **mode,
    )
    names = ["ns_per_call", "ns_per_call_after", "ns_per_call_before"]
    assert told == {"pays": [True, names], "costs": ["gave-up", True, 0], "slower": True}


INSIDE = """
SLOW = '''
import time
def target(n):
    C = type("C", (), {"v": 1})
    o = C(); t = 0
    for i in range(n): t += o.v
    if compiled(): time.sleep(0.002)
    return t
'''
"""


@ALL_TRIED
def test_code_that_is_entered_inside_a_loop_counts_and_is_tried(scene):
    """The first code is dropped with the class that it was made for; what its side exit led to stays."""
    told = scene(
        PRELUDE
        + INSIDE
        + """
slow = False
gc.disable()
for _ in range(100):
    f = jit_focus(fresh(SLOW, compiled=lambda: slow and valid(f) > 0))
    for _ in range(300): f(500)  # its side exits are compiled, one behind the other
    gc.collect()  # before maintenance has seen the loop compiled, if this machine is not too slow today
    for _ in range(300): f(500)
    until(lambda: "inside" in verdict(f)["message"], f, 500, seconds=0.3)
    if "inside" in verdict(f)["message"]: break
gc.enable()
said = verdict(f)
slow = True
given_up = until(lambda: verdict(f)["code"] == "gave-up", f, 500)
tell(code=said["code"], message=said["message"], given_up=given_up, last=verdict(f)["message"])
""",
        **OPT_IN,
    )
    assert (told["code"], told["given_up"]) == ("compiled", True), told
    assert told["message"].startswith("1 loop compiled; 1 of them entered inside the loop")
    assert told["last"].startswith("it costs more than it gains")


@ALL_TRIED
def test_a_function_whose_callers_are_specialised_already_is_tried(scene):
    """They pass by what a hint has its first call look for, which then stands where calls are to be timed."""
    told = scene(
        PRELUDE
        + """
SLOW = LOOP.replace("return t", "\\n    if compiled(): time.sleep(0.002)\\n    return t")
f = fresh("import time\\n" + SLOW, compiled=lambda: valid(f) > 0)
def caller(n):
    for _ in range(n): f(200)
caller(500)
jit_focus(f)
end = time.monotonic() + 120
while verdict(f)["code"] != "gave-up" and time.monotonic() < end: caller(20)
tell(message=verdict(f)["message"])
""",
        **OPT_IN,
    )
    assert told["message"].startswith("it costs more than it gains"), told


CLOSURES = """
def closures(source, give, **names):
    body = "".join("    " + line + "\\n" for line in source.splitlines())
    space = fresh("def make():\\n" + body + "    return target\\n", "make", **names)
    def call(*arguments):
        global last
        last = give(space())
        return last(*arguments)
    call(1)
    return call
def told_of_last(): return verdict(last)["code"]
"""


@ALL_TRIED
def test_functions_of_one_def_are_tried_together(scene):
    """Each call makes a function, hints it and drops it: none of them lives for long enough to be tried alone."""
    told = scene(
        PRELUDE
        + CLOSURES
        + """
SLOW = '''
def target(n):
    t = 0
    for i in range(n): t += i
    if compiled(): sleep(0.002)
    return t
'''
call = closures(SLOW, jit_focus, compiled=lambda: valid(last) > 0, sleep=time.sleep)
end = time.monotonic() + 120
seen = set()
while told_of_last() != "gave-up" and time.monotonic() < end:
    for _ in range(20): call(200)
    seen.add(told_of_last())
    time.sleep(0.005)
same = {call(200) for _ in range(50)} == {19900}
tell(seen=sorted(seen), message=verdict(last)["message"], same=same, left=valid(last))
""",
        **OPT_IN,
    )
    assert told["message"].startswith("it costs more than it gains"), told
    assert (told["same"], told["left"]) == (True, 0)
    assert {"compiled", "training"} <= set(told["seen"])


def test_once_on_functions_that_are_made_in_each_call_freezes(scene):
    """A further function of the same def does not begin the training anew."""
    told = scene(
        PRELUDE
        + CLOSURES
        + """
call = closures(LOOP, jit_once)
end = time.monotonic() + 60
while "frozen" not in told_of_last() and time.monotonic() < end:
    for _ in range(20): call(200)
    time.sleep(0.005)
tell(code=told_of_last(), value=call(5))
""",
        **OPT_IN,
    )
    assert told["code"] in ("frozen", "partly-frozen"), told
    assert told["value"] == 10


@ALL_TRIED
@pytest.mark.parametrize(
    ("before", "call", "reason"),
    [
        (
            "sys.monitoring.use_tool_id(1, 'another')",
            "f(200)",
            "another tool has, or had, an id of sys.monitoring, and would notice timed calls",
        ),
        ("LOOP = 'async ' + LOOP", "drive(f(200))", "a generator or a coroutine does its work after its call"),
    ],
)
def test_where_calls_cannot_be_timed_the_verdict_says_so(scene, before, call, reason):
    told = scene(
        PRELUDE
        + f"""
{before}
def drive(coroutine):
    try: coroutine.send(None)
    except StopIteration as end: return end.value
f = jit_focus(fresh(LOOP))
end = time.monotonic() + 60
while "not measured" not in verdict(f)["message"] and time.monotonic() < end:
    for _ in range(20): {call}
    time.sleep(0.005)
for _ in range(100): {call}
time.sleep(0.2)
tell(code=verdict(f)["code"], message=verdict(f)["message"])
""",
        **OPT_IN,
    )
    assert (told["code"], told["message"]) == ("compiled", f"1 loop compiled; not measured whether it pays: {reason}")
