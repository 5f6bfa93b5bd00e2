"""Chooses which functions of a program to hint, by measuring; it never sees the runs that are reported.

1. Profile the program in a process of its own.
2. Try whole sets: nothing, the owners of hot loops, all that is hot, all that ran; and, beside them, `PYTHON_JIT=1`.
3. Where the best of them is behind that, try it, and the largest that is about as fast, with other thresholds, and the
   best without each of its hottest functions.

A process's time is the least of its runs, since what else the machine does only adds to it. A set's time is the median
of several processes, which take turns: at which iteration a trace starts decides how fast a program becomes, hinted or
not, by up to a tenth; that is what other thresholds are for. What is clearly slower is out after some rounds. Step 3
changes something only where that was clearly faster twice, in processes of their own. Nothing is hinted where no set
gains.
"""

import json
from functools import partial
from statistics import median

from modes import JIT_ON, OFF, OPT_IN, child, interleaved, progress

HOT = 0.005
#: As much faster than nothing at all a set has to be, to be worth its hints.
GAIN = 0.02
#: As much faster a change has to be, to be made.
CLEAR = 0.01
#: As much slower than the yardstick, a set is worth a second look.
BEHIND = 0.01
#: So much slower than the best after the first rounds, a set is out; a variant of a set.
HOPELESS, BEATEN = 0.08, 0.025
#: What else than jit_focus's own threshold is tried.
THRESHOLDS = (6, 10, 16, 24, 40, 64, 200, 1000)
TRIALS = 4
FIRST, REST = 3, 4
YARDSTICK = "PYTHON_JIT=1"


def spell(functions):
    return json.dumps([[one["file"], one["line"], one["name"]] for one in functions])


def timing(name, data, functions, seconds, threshold=0):
    """Return one process's seconds with these functions hinted; no functions: the interpreter."""
    environment = OPT_IN if functions else OFF
    arguments = (name, data, spell(functions), threshold, seconds)
    return child("program_child.py", *arguments, environment=environment)["seconds"]


def yardstick(name, data, seconds):
    """Return the same with the JIT on for the whole process, and no hint."""
    return child("program_child.py", name, data, "[]", 0, seconds, environment=JIT_ON)["seconds"]


def race(jobs, kept=(), hopeless=HOPELESS):
    """Return {name: seconds} of {name: callable}: medians of processes in turn; `kept` are never out early."""
    times = interleaved(jobs, FIRST)
    best = min(map(median, times.values()))
    left = {name: job for name, job in jobs.items() if name in kept or median(times[name]) <= best * (1 + hopeless)}
    for name, more in interleaved(left, REST).items():
        times[name] += more
    return {name: median(many) for name, many in times.items()}


def candidates(profile):
    """Return {rule: functions}, without those that are the same as one before."""
    hot = [one for one in profile if one["share"] >= HOT]
    sets = {
        "nothing": [],
        "hot loops": [one for one in hot if one["loops"]],
        "hot loops over 10 %": [one for one in hot if one["loops"] and one["share"] >= 0.1],
        "all hot": hot,
        "all that ran": profile,
    }
    seen, kept = set(), {}
    for rule, functions in sets.items():
        if spell(functions) not in seen:
            seen.add(spell(functions))
            kept[rule] = functions
    return kept


def choose(name, data, seconds=0.35):
    """Return {"rule", "threshold", "functions", "keys", "left out", "tried": {rule: seconds}} for one program."""
    profile = child("profile_child.py", name, data, environment=OFF)
    sets = candidates(profile)
    jobs = {rule: partial(timing, name, data, functions, seconds) for rule, functions in sets.items()}
    tried = race({**jobs, YARDSTICK: partial(yardstick, name, data, seconds)}, kept=("nothing", YARDSTICK))
    rule = min(sets, key=tried.get)
    functions, threshold, left_out = sets[rule], 0, []
    if functions and tried[rule] > tried["nothing"] * (1 - GAIN):
        rule, functions = "nothing", []
    if functions and tried[rule] > tried[YARDSTICK] * (1 + BEHIND):
        near = [one for key, one in sets.items() if one and tried[key] <= tried[rule] * (1 + GAIN)]
        functions, threshold = refine(name, data, functions, max(near, key=len), seconds)
        rule = next((key for key, one in sets.items() if one is functions), rule)
        left_out = [one["name"] for one in sets[rule] if one not in functions]
    progress(f"  chosen for {name}: {rule}, {len(functions)} functions, threshold {threshold}, without {left_out}")
    progress("    " + ", ".join(f"{key} {1e3 * one:.4g} ms" for key, one in tried.items()))
    return {
        "rule": rule,
        "threshold": threshold,
        "functions": [one["name"] for one in functions],
        "keys": json.loads(spell(functions)),
        "left out": left_out,
        "tried": tried,
    }


def refine(name, data, functions, more, seconds):
    """Return the functions and a threshold: as it is, or what was clearly faster, and once more to be sure."""
    variants = {"as it is": (functions, 0)}
    for some in (functions, more) if len(more) > len(functions) else (functions,):
        for threshold in THRESHOLDS:
            variants[f"{len(some)} functions, threshold {threshold}"] = (some, threshold)
    if len(functions) > 1:
        for one in sorted(functions, key=lambda one: -one["share"])[:TRIALS]:
            variants[f"without {one['name']}"] = ([other for other in functions if other is not one], 0)
    for _ in range(2):
        jobs = {key: partial(timing, name, data, some, seconds, late) for key, (some, late) in variants.items()}
        times = race(jobs, kept=("as it is",), hopeless=BEATEN)
        progress("    " + ", ".join(f"{key} {1e3 * one:.4g} ms" for key, one in times.items()))
        best = min(times, key=times.get)
        if times[best] > times["as it is"] * (1 - CLEAR):
            return functions, 0
        variants = {key: variants[key] for key in ("as it is", best)}
    return variants[best]
