"""What the tests of test_compiled.py have fresh interpreters run."""

import gc
import json
import sys

from parts import given, part

import jitctl

gc.disable()


def work(n):
    t = 0.0
    for i in range(n):
        t = t * 0.5 + i * 1.25
    return t


def busy(n, loses=False):
    for _ in range(n):
        pass
    if loses:
        sys._clear_internal_caches()  # CPython drops what it compiled


def calls(windows, n, loses=False):
    for _ in range(64 * windows):
        busy(n, loses)
    record = jitctl.stats(busy)
    return record.profile.rewarmed, record.verdict.message, [list(m) for m in record.verdict.measures]


def leaf(x):
    return x + 1


def run(n):
    t = 0
    for _ in range(n):
        t = leaf(t)
    return t


def depends():
    import _opcode

    code, found = run.__code__, []
    for offset in range(0, len(code.co_code), 2):
        try:
            executor = _opcode.get_executor(code, offset)
        except ValueError:
            continue
        if executor is not None and executor.is_valid():
            found += [uop[0] for uop in executor]
    return any("PUSH_FRAME" in name for name in found)


if part("calls_are_timed_before_the_hint_is_applied"):
    jitctl.jit_focus(work, profile=True)
    seen = [jitctl.stats(work).verdict.code]
    for calls in range(31):  # noqa: B007 - how many it were is read behind the loop
        record = jitctl.stats(work)
        if record.verdict.code != "baseline":
            break
        seen.append(record.profile.after.count)
        work(300)
    early = calls < 30 and record.profile.before.total_ns
    for _ in range(231 - calls):
        work(300)
    record = jitctl.stats(work)
    profile = record.profile
    seen = [seen[0], sum(seen[1:]), early]
    seen += [record.verdict.status, profile.before.count, profile.after.count, profile.paid, profile.paid_sentence]
    print(json.dumps(seen))
elif part("compiled_by_cpython_itself"):
    jitctl.jit_once(work, profile=True)
    jitctl._backend.undo(work)
    jitctl._backend.profile_start(work)
    for _ in range(200):
        work(500)
    raw = jitctl._backend.profile(work)
    print(json.dumps([raw["before"]["count"], raw["after"]["count"]]))
elif part("sample_arguments_do_not_wait_and_are_not_counted"):
    jitctl.jit_focus(work, sample_args=(50,), when=given.when, profile=True)
    seen = [jitctl.stats(work).verdict.code]
    for _ in range(20):
        work(300)
    print(json.dumps([*seen, jitctl.stats(work).profile.all.count]))
elif part("warmed_again"):
    jitctl.jit_focus(busy, profile=True)
    first = calls(4, 200)
    for _ in range(3):
        meanwhile, helped = calls(10, 2000, loses=True), calls(40, 100)
        if helped[0]:
            break
    print(json.dumps([first, meanwhile, helped]))
elif part("in_vain"):
    jitctl.jit_focus(busy, profile=True)
    print(json.dumps([calls(4, 200), calls(30, 2000, loses=True), calls(4, 2000)]))
elif part("its_work_has_grown"):
    jitctl.jit_focus(busy, profile=True)
    print(json.dumps([calls(4, 200), calls(40, 2000), calls(20, 200), calls(40, 4000)]))
elif part("only_a_focus_that_was_applied"):
    getattr(jitctl, given.hint)(busy, profile=True)
    print(json.dumps([calls(4, 200), calls(10, 2000, loses=True), calls(40, 200)]))
elif part("compiled_code_that_was_dropped_comes_back"):
    import builtins

    jitctl.jit_focus(work, profile=True)
    for _ in range(300):
        work(200)
    assert jitctl.stats(work).profile.after.count > 200

    def regions():
        return [r for r in jitctl._backend.observe(work)["regions"] if r["valid"]]

    assert regions()
    builtins.something_new = 1  # CPython drops all compiled code
    assert not regions()
    jitctl._backend.get_strategy("focus")
    for _ in range(64 * 40):
        work(200)
    print("back" if regions() else "gone")
elif part("callers_inline_the_function_again_after_stopping"):
    jitctl.jit_once(leaf)
    jitctl._backend.undo(leaf)
    if given.profiled != "never":
        jitctl._backend.profile_start(leaf)
        for i in range(20):
            leaf(i)
        assert jitctl._backend.profile(leaf)["before"]["count"] == 20
        if given.profiled == "compiled-meanwhile":
            assert run(30_000) == 30_000
            assert not depends()
        jitctl._backend.profile_stop(leaf)
    assert run(30_000) == 30_000
    print(depends())
elif part("a_caller_compiled_before_counts_every_call"):
    run(30_000)
    assert depends(), "the control: it was not inlined"
    jitctl._backend.profile_start(leaf)
    assert run(40_000) == 40_000
    print(sum(jitctl._backend.profile(leaf)[side]["count"] for side in ("before", "after")))
    jitctl._backend.profile_stop(leaf)
    assert run(40_000) == 40_000
elif part("start_and_stop_in_a_row"):
    jitctl.jit_ignore(leaf)
    jitctl._backend.undo(leaf)
    for turn in range(12):
        if turn % 2:
            jitctl._backend.profile_start(leaf)
        else:
            jitctl._backend.profile_stop(leaf)
        assert run(10_000) == 10_000
        if turn == 6:
            leaf.__defaults__ = None
        if turn == 8:
            leaf.__code__ = leaf.__code__.replace()
    gc.collect()
    print("fine")
