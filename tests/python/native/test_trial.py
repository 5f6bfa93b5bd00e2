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
    if sys._getframe().f_code is slow(): time.sleep(0.001)
    return t
'''
def trained(which):
    f = fresh(SOURCE, slow=lambda: which and (f.__code__ if which == "hinted" else None))
    f.__kwdefaults__ = {{"step": 2}}
    give = {hint}(sample_args=(200,), when="first-call", budget_calls=5_000, budget_ms=5_000)
    give(f)
    assert f(4) == 12
    return f
fair, costs = trained(None), trained("hinted")
tell(fair=[verdict(fair)["code"] != "gave-up", sorted(name for name in measures(fair) if name.startswith("ns_"))],
     costs=[verdict(costs)["code"], verdict(costs)["advice"] != "", valid(costs)],
     slower=measures(costs)["ns_per_call_after"] > 5 * measures(costs)["ns_per_call_before"])
""",
        **mode,
    )
    names = ["ns_per_call", "ns_per_call_after", "ns_per_call_before"]
    assert told == {"fair": [True, names], "costs": ["gave-up", True, 0], "slower": True}
