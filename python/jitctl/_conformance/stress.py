"""The checks on many hints: from threads at once, and over time."""

from __future__ import annotations

import gc
import sys

from .cases import BACKEND, HINTS, fresh, outcome, record_of, require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

THREADS = 8
#: of the leak check: rounds in one look, and looks before memory that grows is called a leak
ROUNDS, LOOKS = 8, 3
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
        once_round(hint)
        once_round(hint)
        # The memory of a process also grows in steps of megabytes that come once. What leaks goes on, and is found
        # again by a second look.
        looks: list[tuple[float | None, float | None]] = []
        while not looks or (len(looks) < LOOKS and (looks[-1][0] or 0.0) > BYTES):
            levels = []
            for _ in range(ROUNDS):
                once_round(hint)
                levels.append((memory(), references()))
            looks.append((_growth_each([one for one, _ in levels]), _growth_each([one for _, one in levels])))
        memory_each, references_each = looks[-1]
        lost = memory_each or 0.0
        require(lost <= BYTES, f"{hint}: {lost:.0f} bytes per hint stay when the function is gone")
        held = references_each or 0.0
        require(held <= REFERENCES, f"{hint}: {held:.2f} references per hint stay when the function is gone")
        text = f"{hint} not measured here" if memory_each is None else f"{hint} {max(lost, 0):.0f} bytes"
        texts.append(text if references_each is None else f"{text}, {max(held, 0):.2f} references")
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


def _growth_each(levels: list[int | None]) -> float | None:
    """Give what one hint adds: the least level of the later half over the least of the earlier; None if not known.

    The allocator gives pages back late, so the level of one moment swings by a megabyte; a leak raises the least of
    several moments just as well.
    """
    known = [one for one in levels if one is not None]
    half = len(known) // 2
    return (min(known[half:]) - min(known[:half])) / half / HINTED if half else None


CHECKS = {"threads": threads, "leaks": leaks}
