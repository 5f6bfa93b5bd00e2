"""The measurements. Each runs in a process of its own and gives figures by name; limits.py says what they may be."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from measure import Count, codes, functions, settle, timed

import jitctl

KINDS = (jitctl.jit_focus, jitctl.jit_ignore, jitctl.jit_once)
undo = jitctl._router.backend.undo
records = jitctl._router.backend.records
observe = jitctl._router.backend.observe


def measured(go: Callable[[int], object], count: int) -> dict[str, float]:
    """Let it go on for a while, then count what so many rounds leave behind, and time them."""
    go(max(2000, count // 20))
    settle()
    before = Count()
    seconds = timed(lambda: go(count))
    settle()
    return {
        **Count().since(before, count),
        "microseconds": seconds / count * 1e6,
        "rounds": count,
        "records": len(records()),
    }


def rounds(count: int) -> dict[str, float]:
    """Hint and take back, over and over: the same functions, which are called now and then, never compiled."""
    some = functions(32)

    def go(turns: int) -> None:
        for k in range(turns):
            one = some[k % 32]
            KINDS[k % 3](one)
            if k % 64 < 2:
                one(1)
            undo(one)

    return measured(go, count)


def replaced(count: int) -> dict[str, float]:
    """Hint without taking back: each hint takes the place of the one before."""
    some = functions(32)

    def go(turns: int) -> None:
        for k in range(turns):
            KINDS[k % 3](some[k % 32])

    return measured(go, count)


def compiled(count: int) -> dict[str, float]:
    """Hint, have it compiled, take it back: CPython throws the code away each time."""
    some = functions(32)[::2]

    def go(turns: int) -> int:
        seen = 0
        for k in range(turns):
            one = some[k % 16]
            KINDS[0](one)
            one(50)
            if k % 100 == 0:
                seen += bool(observe(one)["regions"])
            undo(one)
        return seen

    go(max(1000, count // 10))
    settle()
    before = Count()
    began = time.process_time()
    seen = go(count)
    seconds = time.process_time() - began
    settle()
    return {
        **Count().since(before, count),
        "microseconds": seconds / count * 1e6,
        "rounds": count,
        "compiled": seen * 100 / count,
    }


def compiled_plain(count: int) -> dict[str, float]:
    """Do the same without a hint: local events that come and go have loops compiled early, and thrown away."""
    some = functions(32)[::2]
    api = sys.monitoring
    api.use_tool_id(4, "load")

    def go(turns: int) -> int:
        seen = 0
        for k in range(turns):
            one = some[k % 16]
            api.set_local_events(4, one.__code__, api.events.JUMP)
            api.set_local_events(4, one.__code__, 0)
            one(50)
            if k % 100 == 0:
                seen += bool(observe(one)["regions"])
        return seen

    go(max(1000, count // 10))
    settle()
    before = Count()
    seen = go(count)
    settle()
    return {**Count().since(before, count), "rounds": count, "compiled": seen * 100 / count}


def dropped(count: int) -> dict[str, float]:
    """Make functions, hint them, and let them die; on some the hint is taken back before."""
    kind, given = type(codes), codes()
    # There the first call trains the function, which is what the time goes to.
    trains = jitctl._router.backend.chosen()["name"] == "warmup"
    refused = 0

    def go(turns: int) -> None:
        nonlocal refused
        for k in range(turns):
            one = kind(given[k % 2].replace(), {})
            KINDS[k % 3](one)
            # Two calls compile nothing: 3.14 itself keeps the machine code of a function that dies.
            one(2)
            if k % 5 == 0:
                undo(one)
            elif k % 100 == 3 and trains:
                refused += jitctl._router.backend.record(one)["verdict"]["status"] == "refused"

    go(max(2000, count // 10))
    settle()
    before = Count()
    seconds = timed(lambda: go(count))
    settle()
    return {
        **Count().since(before, count),
        "microseconds with training" if trains else "microseconds": seconds / count * 1e6,
        **({"refused": refused} if trains else {}),
        "rounds": count,
        "records": len(records()),
    }


def threads(count: int) -> dict[str, float]:
    """Hint from eight threads at once: functions of their own, and the same ones."""
    shared = functions(64)
    wrong: list[BaseException] = []

    def work(number: int, turns: int) -> None:
        own = functions(64)
        try:
            for k in range(turns):
                one = own[k % 64] if k % 4 else shared[k // 4 % 64]
                if KINDS[(k + number) % 3](one) is not one:
                    raise AssertionError("another object came back")
                if k % 2:
                    undo(one)
                if k % 500 == 0:
                    jitctl.stats()
                    gc.collect()
        except BaseException as raised:
            wrong.append(raised)

    def go(turns: int) -> float:
        sys.setswitchinterval(0.0005)
        team = [threading.Thread(target=work, args=(number, turns)) for number in range(8)]
        seconds = timed(lambda: ([one.start() for one in team], [one.join() for one in team]))
        sys.setswitchinterval(0.005)
        for one in shared:
            undo(one)
        return seconds

    go(max(1000, count // 100))
    settle()
    before = Count()
    seconds = go(count // 8)
    settle()
    for one in wrong[:3]:
        print(repr(one), file=sys.stderr)
    found = Count().since(before, count)
    right = sum(one(4) not in (6, -12) for one in shared)
    return {
        **found,
        "microseconds": seconds / count * 1e6,
        "hints": count,
        "errors": len(wrong),
        "wrong": right,
        "records": len(records()),
    }


def many(count: int) -> dict[str, float]:
    """Hint very many functions: time, memory, pauses."""
    all_ = functions(count)
    gc.collect()
    pause = min(timed(gc.collect) for _ in range(3))
    KINDS[0](functions(1)[0])
    before = Count()
    tenth = count // 10
    times = [
        timed(lambda start=k: [KINDS[i % 3](all_[i]) for i in range(start, start + tenth)])
        for k in range(0, tenth * 10, tenth)
    ]
    after = Count()
    time.sleep(0.06)
    steps = []
    for _ in range(12):
        time.sleep(0.06)
        # The youngest generation is as good as empty, so this is the step of maintenance and little else.
        steps.append(timed(lambda: gc.collect(0)))
    hinted_pause = min(timed(gc.collect) for _ in range(5))
    listing = timed(lambda: len(jitctl.stats()))
    called = timed(lambda: [one(3) for one in all_])
    steps += [timed(lambda: (time.sleep(0.06), gc.collect(0))) for _ in range(4)]
    kept = len(records())
    taking = timed(lambda: [undo(one) for one in all_])
    return {
        "functions": count,
        "records": kept,
        "microseconds": sum(times) / count * 1e6,
        "last tenths over first": sorted(times[-3:])[1] / sorted(times[:3])[1],
        "bytes": (after.memory - before.memory) / count,
        "collection, ms": pause * 1e3,
        "collection with hints, ms": hinted_pause * 1e3,
        "added to a collection, microseconds": (hinted_pause - pause) / count * 1e6,
        "maintenance step, median ms": sorted(steps)[len(steps) // 2] * 1e3,
        "maintenance step, worst ms": max(steps) * 1e3,
        "stats, microseconds": listing / count * 1e6,
        "first call, microseconds": called / count * 1e6,
        "undo, microseconds": taking / count * 1e6,
        "records after undo": len(records()),
    }


def leaving(count: int) -> dict[str, float]:
    """Leave with very many hinted functions alive; the parent measures how long that takes."""
    kept.extend(functions(count))
    for k, one in enumerate(kept):
        KINDS[k % 3](one)
    return {"functions": count}


def leaving_plain(count: int) -> dict[str, float]:
    """Leave with as many functions that have no hint."""
    KINDS[0](functions(1)[0])
    kept.extend(functions(count))
    return {"functions": count}


kept: list[Any] = []
ALL: dict[str, Callable[[int], dict[str, float]]] = {
    "rounds": rounds,
    "replaced": replaced,
    "compiled": compiled,
    "compiled-plain": compiled_plain,
    "dropped": dropped,
    "threads": threads,
    "many": many,
    "leaving": leaving,
    "leaving-plain": leaving_plain,
}
