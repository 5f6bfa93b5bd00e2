"""Chooses which functions of a program to hint, by measuring; it never sees the runs that are reported.

1. Profile the program in a process of its own.
2. Try whole sets: nothing, the owners of hot loops, all that is hot, all that ran; and, beside them, `PYTHON_JIT=1`.
3. Where the best of them is behind that, try it without each of its hottest functions.

A process's time is the least of its runs, since what else the machine does only adds to it. A set's time is the median
of several processes, which take turns: at which iteration a trace starts differs between processes, and a process can
be up to a tenth faster or slower for it, hinted or not. What is clearly slower is out after some rounds. A function is
left out only where that was clearly faster twice, in processes of their own. Nothing is hinted where no set gains.
"""

import json
from functools import partial
from statistics import median

from modes import JIT_ON, OFF, OPT_IN, child, interleaved, progress

HOT = 0.005
#: As much faster than nothing at all a set has to be, to be worth its hints.
GAIN = 0.02
#: As much faster without a function the others have to be.
CLEAR = 0.02
#: As much slower than the yardstick, a set is worth a second look.
BEHIND = 0.01
#: So much slower than the best after the first rounds, a set is out.
HOPELESS = 0.08
TRIALS = 4
FIRST, REST = 3, 4
YARDSTICK = "PYTHON_JIT=1"


def spell(functions):
    return json.dumps([[one["file"], one["line"], one["name"]] for one in functions])


def timing(name, data, functions, seconds):
    """Return one process's seconds with these functions hinted; no functions: the interpreter."""
    environment = OPT_IN if functions else OFF
    return child("program_child.py", name, data, spell(functions), seconds, environment=environment)["seconds"]


def yardstick(name, data, seconds):
    """Return the same with the JIT on for the whole process, and no hint."""
    return child("program_child.py", name, data, "[]", seconds, environment=JIT_ON)["seconds"]


def race(jobs, kept=()):
    """Return {name: seconds} of {name: callable}: medians of processes in turn; `kept` are never out early."""
    times = interleaved(jobs, FIRST)
    best = min(map(median, times.values()))
    left = {name: job for name, job in jobs.items() if name in kept or median(times[name]) <= best * (1 + HOPELESS)}
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
    """Return {"rule", "functions", "keys", "left out", "tried": {rule: seconds}} for one program."""
    profile = child("profile_child.py", name, data, environment=OFF)
    sets = candidates(profile)
    jobs = {rule: partial(timing, name, data, functions, seconds) for rule, functions in sets.items()}
    tried = race({**jobs, YARDSTICK: partial(yardstick, name, data, seconds)}, kept=("nothing", YARDSTICK))
    rule = min(sets, key=tried.get)
    functions, left_out = sets[rule], []
    if functions and tried[rule] > tried["nothing"] * (1 - GAIN):
        rule, functions = "nothing", []
    if functions and tried[rule] > tried[YARDSTICK] * (1 + BEHIND):
        functions, left_out = refine(name, data, functions, seconds)
    progress(f"  chosen for {name}: {rule}, {len(functions)} functions, without {[one['name'] for one in left_out]}")
    progress("    " + ", ".join(f"{key} {1e3 * one:.4g} ms" for key, one in tried.items()))
    return {
        "rule": rule,
        "functions": [one["name"] for one in functions],
        "keys": json.loads(spell(functions)),
        "left out": [one["name"] for one in left_out],
        "tried": tried,
    }


def refine(name, data, functions, seconds):
    """Leave out what is better left out: each of the hottest on its own, and once more to be sure."""
    hottest = sorted(functions, key=lambda one: -one["share"])[:TRIALS]
    if len(functions) < 2:
        return functions, []
    sets = {"all": functions}
    for one in hottest:
        sets[str(functions.index(one))] = [other for other in functions if other is not one]
    for _ in range(2):
        times = race({key: partial(timing, name, data, some, seconds) for key, some in sets.items()}, kept=("all",))
        best = min(times, key=times.get)
        if times[best] > times["all"] * (1 - CLEAR):
            return functions, []
        sets = {"all": functions, best: sets[best]}
    return sets[best], [functions[int(best)]]
