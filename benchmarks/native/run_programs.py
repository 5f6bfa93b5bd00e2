"""(d) Programs: pyperformance's, hints applied from outside, against JIT off and PYTHON_JIT=1."""

import json
from functools import partial
from statistics import median

from choose import choose
from modes import MODES, child, geomean, interleaved, progress
from programs import available, folder

WAYS = ("interpreter", "PYTHON_JIT=1", "hinted")


def timed(name, data, way, keys, seconds):
    environment = MODES[way][0] if way != "hinted" or keys else MODES["interpreter"][0]
    hints = json.dumps(keys if way == "hinted" else [])
    return child("program_child.py", name, data, hints, seconds, environment=environment)


def run(packages, rounds, names=(), seconds=0.7, known=None, save=None, trouble=2):
    """Return {"programs": {name: {seconds, first, to best, choice}}, "geomeans": {...}, ...}.

    `known` is what an earlier run returned: programs not named now are kept. `save` is called with
    the result after every program, since a run takes long. `trouble`: processes per try of a choice.
    """
    data = folder(packages)
    programs = dict((known or {}).get("programs", {}))
    result = known or {}
    for name in available(names):
        progress(f"program {name}")
        choice = choose(name, data, trouble)
        jobs = {way: partial(timed, name, data, way, choice["keys"], seconds) for way in WAYS}
        found = interleaved(jobs, rounds)
        times = {way: median(one["seconds"] for one in many) for way, many in found.items()}
        programs[name] = {
            "rounds": rounds,
            "seconds": times,
            "first": {way: median(one["first"] for one in many) for way, many in found.items()},
            "to best": min(times["interpreter"], times["PYTHON_JIT=1"]) / times["hinted"],
            "choice": choice,
        }
        progress(f"  {times} to best {programs[name]['to best']:.3f}")
        result = summary(programs)
        if save:
            save(result)
    return result


def summary(programs):
    return {
        "programs": programs,
        "geomeans": {
            way: geomean([one["seconds"]["interpreter"] / one["seconds"][way] for one in programs.values()])
            for way in WAYS
        },
        "slower than the better by more than 2 %": [name for name, one in programs.items() if one["to best"] < 0.98],
    }
