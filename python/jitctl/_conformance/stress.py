"""The checks on many hints: from threads at once, and over time."""

from __future__ import annotations

import gc
import sys

from .cases import BACKEND, HINTS, fresh, outcome, record_of, require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

THREADS = 8
ROUNDS = 6
#: hints in one round of the leak check
HINTED = 1000
#: a hint on a function that is gone may cost so much for good, on average; half of what a living one may take
BYTES = 512
#: reference counts per hint, on a debug build: what one byte-sized leak of one object would be
REFERENCES = 0.5


def threads() -> str:
    """Hints, uses, reading and undo from eight threads at once, on their own functions and on shared ones."""
    import threading

    shared, plain = fresh(), fresh()
    expected = outcome(lambda: plain["function"](9))
    problems: list[str] = []
    start = threading.Barrier(THREADS)

    def work(index: int) -> None:
        start.wait()
        for number in range(40):
            hint = list(HINTS)[(index + number) % 3]
            own = fresh()["function"] if number % 4 == 0 else own_of[index]
            HINTS[hint](own)
            HINTS[hint](shared["function"])
            for function in (own, shared["function"]):
                for _ in range(5):
                    found = outcome(lambda: function(9))  # noqa: B023
                    if found != expected:
                        problems.append(f"{hint}: {found}, expected {expected}")
            BACKEND.observe(shared["function"])
            if number % 5 == 0:
                BACKEND.undo(own)

    own_of = [fresh()["function"] for _ in range(THREADS)]

    def guarded(index: int) -> None:
        try:
            work(index)
        except Exception as error:
            problems.append(f"{type(error).__name__}: {error}")

    running = [threading.Thread(target=guarded, args=(index,)) for index in range(THREADS)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    require(not problems, problems[0] if problems else "")
    record_of(shared["function"], "a function hinted by all threads")
    return f"{THREADS} threads, {THREADS * 80} hints"


def leaks() -> str:
    """Hints on functions that go away leave nothing behind: memory, and on a debug build references."""
    make = compile("def short(count):\n    for number in range(count): pass\n    return count\n", "leaks", "exec")

    def once_round(hint: str) -> None:
        for number in range(HINTED):
            space: dict[str, Any] = {}
            exec(make, space)
            function = space["short"]
            HINTS[hint](function)
            for _ in range(40 if number % 4 == 0 else 1):  # some live to see a later action of the backend
                function(3)
            if number % 2:
                BACKEND.undo(function)
        del space, function
        gc.collect()

    texts = []
    for hint in HINTS:
        growth: list[tuple[int | None, int | None]] = []
        once_round(hint)
        once_round(hint)
        for _ in range(ROUNDS):
            before = memory(), references()
            once_round(hint)
            after = memory(), references()
            growth.append((difference(before[0], after[0]), difference(before[1], after[1])))
        # The least of the rounds: what comes and goes is no leak.
        memory_each = [one / HINTED for one, _ in growth if one is not None]
        references_each = [one / HINTED for _, one in growth if one is not None]
        late = memory_each[len(memory_each) // 2 :]  # the first rounds fill pools
        lost = sum(late) / len(late) if late else 0.0
        require(lost <= BYTES, f"{hint}: {lost:.0f} bytes per hint stay when the function is gone")
        held = min(references_each, default=0.0)
        require(held <= REFERENCES, f"{hint}: {held:.2f} references per hint stay when the function is gone")
        text = f"{hint} {max(lost, 0):.0f} bytes" if memory_each else f"{hint} not measured here"
        texts.append(text + (f", {max(held, 0):.2f} references" if references_each else ""))
    return "per hint: " + "; ".join(texts)


def memory() -> int | None:
    """Return the resident memory of this process in bytes; None where the system does not tell."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except (ImportError, OSError):
        return None


def references() -> int | None:
    """Return the sum of all reference counts; None where this build does not keep it."""
    count = getattr(sys, "gettotalrefcount", None)
    return None if count is None else int(count())


def difference(before: int | None, after: int | None) -> int | None:
    """Subtract, where both are known."""
    return None if before is None or after is None else after - before


CHECKS = {"threads": threads, "leaks": leaks}
