"""Before and after compilation, whether the hint paid, warming again, and what the profiler does to the JIT."""

import json
import sys

import pytest
from place import installed

if not installed._backend.describe()["jit_built"] or installed._backend.chosen()["name"] != "native":
    pytest.skip("needs the native backend on an interpreter with a JIT", allow_module_level=True)

OPT_IN = {"JITCTL_OPT_IN": "1"}
PRELUDE = """
import gc, json, sys, jitctl
gc.disable()

def work(n):
    t = 0.0
    for i in range(n):
        t = t * 0.5 + i * 1.25
    return t
"""


def test_calls_are_timed_before_the_hint_is_applied(run_code):
    found = json.loads(
        run_code(
            PRELUDE
            + """
jitctl.jit_focus(work, profile=True)
seen = [jitctl.stats(work).verdict.code]
for _ in range(31): work(300)
seen.append(jitctl.stats(work).verdict.code)
seen.append(jitctl.stats(work).profile.after.count)
for _ in range(200): work(300)
record = jitctl.stats(work)
profile = record.profile
seen += [record.verdict.status, profile.before.count, profile.after.count, profile.paid, profile.paid_sentence]
print(json.dumps(seen))
""",
            **OPT_IN,
        )
    )
    first, last, none, status, before, after, paid, sentence = found
    assert (first, last, none, status) == ("baseline", "baseline", 0, "applied")
    assert 32 <= before < 40
    assert before + after == 231
    assert paid > 0
    assert ("paid" in sentence) == (paid >= 1.05 or paid <= 0.95)


def test_compiled_by_cpython_itself(run_code):
    found = json.loads(
        run_code(
            PRELUDE
            + """
jitctl.jit_once(work, profile=True)
jitctl._backend.undo(work)
jitctl._backend.profile_start(work)
for _ in range(200): work(500)
raw = jitctl._backend.profile(work)
print(json.dumps([raw["before"]["count"], raw["after"]["count"]]))
""",
            PYTHON_JIT="1",
        )
    )
    before, after = found
    assert 1 <= before <= 100
    assert before + after == 200


def test_sample_arguments_do_not_wait_and_are_not_counted(run_code):
    text = (
        PRELUDE
        + """
jitctl.jit_focus(work, sample_args=(50,), when={when!r}, profile=True)
seen = [jitctl.stats(work).verdict.code]
for _ in range(20): work(300)
print(json.dumps([*seen, jitctl.stats(work).profile.all.count]))
"""
    )
    for when in ("decoration", "first-call"):
        code, count = json.loads(run_code(text.format(when=when), **OPT_IN))
        assert code != "baseline"
        assert count == 20, when


SLOWER = """
def busy(n):
    for _ in range(n):
        pass

jitctl.jit_focus(busy, profile=True)
def calls(count, n):
    for _ in range(count): busy(n)
calls(64 * 4, 200)
before = jitctl.stats(busy).profile.rewarmed
calls(64 * 4, 2000)
early = jitctl.stats(busy).profile.rewarmed
calls(64 * 8, 2000)
once = jitctl.stats(busy)
calls(64 * 60, 2000)
often = jitctl.stats(busy)
print(json.dumps([before, early, once.profile.rewarmed, often.profile.rewarmed, often.verdict.message,
    [list(m) for m in often.verdict.measures], busy(3), often.verdict.status]))
"""


def test_a_function_that_became_lastingly_slower_is_warmed_again(run_code):
    before, early, once, often, message, measures, result, status = json.loads(run_code(PRELUDE + SLOWER, **OPT_IN))
    assert (before, early, once, often) == (0, 0, 1, 3)
    assert "warmed again 3 times because it had become slower, and will not be again" in message
    assert ["warmed_again", 3.0, "times"] in measures
    assert (result, status) == (None, "applied")


def test_only_a_focus_that_was_applied_is_applied_again(run_code):
    text = (PRELUDE + SLOWER).replace("jit_focus", "jit_once")
    found = json.loads(run_code(text, **OPT_IN))
    assert found[:4] == [0, 0, 0, 0]
    assert "warmed again" not in found[4]
    found = json.loads(run_code(PRELUDE + SLOWER, JITCTL_BACKEND="noop"))
    assert found[:4] == [0, 0, 0, 0]


def test_compiled_code_that_was_dropped_comes_back(run_code):
    found = run_code(
        PRELUDE
        + """
import builtins
jitctl.jit_focus(work, profile=True)
for _ in range(300): work(200)
assert jitctl.stats(work).profile.after.count > 200
regions = lambda: [r for r in jitctl._backend.observe(work)["regions"] if r["valid"]]
assert regions()
builtins.something_new = 1  # CPython drops all compiled code
assert not regions()
jitctl._backend.get_strategy("focus")
for _ in range(64 * 40): work(200)
print("back" if regions() else "gone")
""",
        **OPT_IN,
    )
    assert found == "back"


INLINED = """
def leaf(x):
    return x + 1

def run(n):
    t = 0
    for i in range(n):
        t = leaf(t)
    return t

def depends():
    import _opcode
    code, found = run.__code__, []
    for offset in range(0, len(code.co_code), 2):
        try: executor = _opcode.get_executor(code, offset)
        except ValueError: continue
        if executor is not None and executor.is_valid(): found += [uop[0] for uop in executor]
    return any("PUSH_FRAME" in name for name in found)
"""


@pytest.mark.parametrize("profiled", ["never", "before", "compiled-meanwhile"])
def test_callers_inline_the_function_again_after_stopping(run_code, profiled):
    lines = ["jitctl.jit_once(leaf); jitctl._backend.undo(leaf)"]
    if profiled != "never":
        lines += [
            "jitctl._backend.profile_start(leaf)",
            "for i in range(20): leaf(i)",
            "assert jitctl._backend.profile(leaf)['before']['count'] == 20",
            "assert run(30_000) == 30_000 and not depends()" if profiled == "compiled-meanwhile" else "",
            "jitctl._backend.profile_stop(leaf)",
        ]
    lines += ["assert run(30_000) == 30_000", "print(depends())"]
    assert run_code(PRELUDE + INLINED + "\n".join(lines), PYTHON_JIT="1") == "True"


def test_a_caller_compiled_before_counts_every_call(run_code):
    lines = [
        "run(30_000)",
        "assert depends(), 'the control: it was not inlined'",
        "jitctl._backend.profile_start(leaf)",
        "assert run(40_000) == 40_000",
        "print(sum(jitctl._backend.profile(leaf)[side]['count'] for side in ('before', 'after')))",
        "jitctl._backend.profile_stop(leaf)",
        "assert run(40_000) == 40_000",
    ]
    assert run_code(PRELUDE + INLINED + "\n".join(lines), PYTHON_JIT="1") == "40000"


def test_the_whole_way_under_jit_on_debug_and_release(run_code):
    """Start and stop in a row while traces come and go; the debug builds check their own state."""
    lines = [
        "jitctl.jit_ignore(leaf); jitctl._backend.undo(leaf)",
        "for turn in range(12):",
        "    jitctl._backend.profile_start(leaf) if turn % 2 else jitctl._backend.profile_stop(leaf)",
        "    assert run(10_000) == 10_000",
        "    if turn == 6: leaf.__defaults__ = None",
        "    if turn == 8: leaf.__code__ = leaf.__code__.replace()",
        "gc.collect()",
        "print('fine')",
    ]
    assert run_code(PRELUDE + INLINED + "\n".join(lines), PYTHON_JIT="1") == "fine"


if sys.flags.optimize:
    raise RuntimeError("these tests assert inside child processes; run them without -O")
