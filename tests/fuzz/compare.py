"""Compares what a case did with what its twin did, and tells CPython's faults from jitctl's."""

from __future__ import annotations

import re
from dataclasses import dataclass

import batch
from batch import Case, Outcome
from modes import PLAIN, ROOMS, TWIN, Interpreter, Mode, without_jitctl

CONSTRUCTOR = re.compile(r"\b[A-Z]\w*\(")
INITIALISER = re.compile(r"(def __init__\(self[^()]*)\):")
#: how `whose` begins to say why, where `at_the_limit` did
LIMIT = "room at the limit of recursion"
ASSERTION = re.compile(r"Assertion `[^']*' failed|Fatal Python error: [^\n]*|SIG[A-Z]+")


@dataclass(frozen=True)
class Failure:
    """How a case went wrong."""

    #: differs, crash, hang
    kind: str
    #: what a shrunk case has to have in common with this one
    sign: str
    detail: str


def compare(twin: Outcome, other: Outcome) -> Failure | None:
    """Say how a case went wrong, if it did. A twin that does not come through proves nothing."""
    if twin.how != "done":
        return None
    if other.how != "done":
        found = ASSERTION.search(other.error)
        # Not every crash says the same each time; the first words are enough to tell two faults apart.
        return Failure(other.how, other.how, (found.group(0) if found else "") + "\n" + other.error[-3000:])
    for number, (expected, got) in enumerate(zip(twin.lines, other.lines, strict=False)):
        if expected != got:
            step = expected.partition(" ")[0]
            return Failure("differs", "differs", f"step {number} ({step})\n  twin  {expected}\n  hints {got}")
    if len(twin.lines) != len(other.lines):
        return Failure("differs", "differs", f"{len(twin.lines)} lines, {len(other.lines)} with hints")
    return None


def check(one: Interpreter, mode: Mode, case: Case, tries: int = 1, seconds: float = 20) -> Failure | None:
    """Run one case in processes of its own, as often as said; give the first failure."""
    twin = batch.run(one, Mode(TWIN.name, TWIN.hints, TWIN.environment, mode.repeat), [case], seconds)[0]
    if twin.how != "done":
        return None
    for _ in range(tries):
        found = compare(twin, batch.run(one, mode, [case], seconds)[0])
        if found:
            return found
    return None


def at_the_limit(one: Interpreter, failed: Mode, failure: Failure, case: Case) -> Failure | None:
    """Say how the twin differs from itself in the step of this failure, where that is all there is to the failure.

    On 3.13 and 3.14 the depth of a recursion at its limit depends on which calls of classes were specialised. Two
    things must hold: the twin itself ends elsewhere in that step where nothing is specialised, or with a little more
    or less room; and the whole program is the same as its twin, in every step, once no call of its classes can be
    specialised.
    """
    step, *lines = failure.detail.splitlines()
    if failure.kind != "differs" or not one.monitoring or not all("RecursionError" in line for line in lines):
        return None
    if one.version >= "3.15" or not CONSTRUCTOR.search(case["source"].partition("def f0")[2]):
        return None
    # CPython specialises a call of a class only where its __init__ takes nothing by keyword alone.
    plainly = {**case, "source": INITIALISER.sub(r"\1, *, _=None):", case["source"])}
    if check(one, failed, plainly, 2):
        return None
    found = check(one, PLAIN, case)
    if found and found.detail.splitlines()[0] == step:
        return found
    # A class that changes is specialised in one call and not in the next: the twin ends as it did here, two frames on.
    number, (twin, got) = int(step.split()[1]), (line.split(maxsplit=1)[1] for line in lines)
    for mode, program in ((PLAIN, case), (TWIN, plainly), *((room, case) for room in ROOMS)):
        outcome = batch.run(one, mode, [program])[0]
        if outcome.how == "done" and outcome.lines[number : number + 1] == [got] != [twin]:
            return Failure("differs", "differs", f"{step} as in {mode.name}")
    return None


def whose(one: Interpreter, failed: Mode, case: Case, failure: Failure, tries: int = 3) -> tuple[str, str]:
    """Say whose fault it is, `cpython` where something without jitctl fails too, and how that was seen.

    `unstable`: the twin differs from itself, as programs whose threads share functions may.
    """
    found = check(one, TWIN, case, tries, seconds=15)
    if found:
        return "unstable", f"{TWIN.name}: {found.kind} {found.detail[:300]}"
    found = at_the_limit(one, failed, failure, case)
    if found:
        return "cpython", f"{LIMIT}: {found.kind} {found.detail[:300]}"
    for mode in without_jitctl(one, failed):
        found = check(one, mode, case, tries, seconds=15)
        if found:
            return "cpython", f"{mode.name}: {found.kind} {found.detail[:300]}"
    return "jitctl", "no failure without jitctl in: " + ", ".join(m.name for m in without_jitctl(one, failed))
