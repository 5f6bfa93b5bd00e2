"""Chooses which functions of a program to hint, by measuring; it never sees the runs that are reported.

The rule that served best: hint what owns the hot loops and what they call, see whether it is faster
than without, and leave out each function without which the program is faster.

1. Profile the program in a process of its own.
2. Try whole sets: nothing, the owners of hot loops, all that is hot, all that ran.
3. Take the best, and try it without each of its hottest functions; keep what was better by `GAIN`.
Nothing is chosen where no set is faster than the interpreter by `GAIN`.
"""

import json
from functools import partial
from statistics import median

from modes import OFF, OPT_IN, child, interleaved, progress

HOT = 0.005
GAIN = 0.015
TRIALS = 3


def spell(functions):
    return json.dumps([[one["file"], one["line"], one["name"]] for one in functions])


def timing(name, data, functions, seconds):
    """Return one run's seconds with these functions hinted; no functions: the interpreter."""
    environment = OPT_IN if functions else OFF
    return child("program_child.py", name, data, spell(functions), seconds, environment=environment)["seconds"]


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


def choose(name, data, rounds=2, seconds=0.35):
    """Return {"rule", "functions", "left out", "tried": {rule: seconds}} for one program."""
    profile = child("profile_child.py", name, data, environment=OFF)
    sets = candidates(profile)
    jobs = {rule: partial(timing, name, data, functions, seconds) for rule, functions in sets.items()}
    tried = {rule: median(many) for rule, many in interleaved(jobs, rounds).items()}
    rule = min(tried, key=tried.get)
    left_out = []
    functions = sets[rule]
    if functions:
        functions, left_out = refine(name, data, functions, rounds, seconds)
    best = min(tried[rule], timing(name, data, functions, seconds)) if functions else tried[rule]
    if functions and best > tried["nothing"] * (1 - GAIN):
        rule, functions = "nothing", []
    progress(f"  chosen for {name}: {rule}, {len(functions)} functions, without {[one['name'] for one in left_out]}")
    return {
        "rule": rule,
        "functions": [one["name"] for one in functions],
        "keys": json.loads(spell(functions)),
        "left out": [one["name"] for one in left_out] if functions else [],
        "tried": tried,
    }


def refine(name, data, functions, rounds, seconds):
    """Leave out what is better left out: each of the hottest on its own, then all those together."""
    hottest = sorted(functions, key=lambda one: -one["share"])[:TRIALS]
    if len(functions) < 2:
        return functions, []
    sets = {"all": functions}
    for one in hottest:
        sets[one["name"]] = [other for other in functions if other is not one]
    jobs = {key: partial(timing, name, data, some, seconds) for key, some in sets.items()}
    times = {key: median(many) for key, many in interleaved(jobs, rounds).items()}
    worse = [one for one in hottest if times[one["name"]] < times["all"] * (1 - GAIN)]
    if not worse:
        return functions, []
    best = min(worse, key=lambda one: times[one["name"]])
    both = [one for one in functions if one not in worse]
    final = {"one": sets[best["name"]], "both": both or sets[best["name"]], "all": functions}
    jobs = {key: partial(timing, name, data, some, seconds) for key, some in final.items()}
    times = {key: median(many) for key, many in interleaved(jobs, rounds).items()}
    kept = final[min(times, key=times.get)]
    return kept, [one for one in functions if one not in kept]
