"""Chooses what to hint in a program by timing it warm, and measures it so: for a machine that does other work.

`jitctl tune` runs a program some dozen times from the start, with all that a start costs; here each plan is one process
(harness/turns.py). The best of several plans looks better than it is, so that it is kept only where it is faster in
another pair of processes, too, and what is published comes from others again.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from harness import CHOSEN_TIMINGS
from harness.configurations import ENVIRONMENTS, Place
from harness.peers import Peers
from harness.programs import Function, shares, stored
from harness.turns import PLAIN, Way, ratio, take_turns

#: the backend that is tried alone, too, where it stands behind another one in a chain; how such plans are called
BEHIND, BY = "native", ", by native"
#: thresholds that are tried there beside its own: after a few iterations, and as late as CPython itself
THRESHOLDS = (24, 4000)
#: the share of the time from which a function counts as hot, and how many times as fast a plan must be to be kept
HOT, LEAST = 0.05, 1.02
#: sets of processes that measure
SETS = 2
#: gives how many times as fast as plain each of these plans is; 0 where it fails
Ratios = Callable[[Mapping[str, list[Function]]], dict[str, float]]


def steady(place: Place, name: str, peers: Peers, under: str) -> dict[str, Any]:
    """Return the plan with which a program is fastest, and what was seen."""

    def timed(tried: Mapping[str, list[Function]]) -> dict[str, float]:
        ways: dict[str, Way] = {PLAIN: ("off", []), **{title: (under, plan) for title, plan in tried.items()}}
        turns = take_turns(place, name, peers, ways)
        return {title: ratio(turns, title) for title in tried}

    tried = plans(shares(place, name, peers))
    if BEHIND in ENVIRONMENTS[under].get("JITCTL_BACKEND", "").split(",")[1:]:
        tried = with_behind(tried, stored(name))
    return decided(tried, timed)


def plans(ran: Mapping[str, float]) -> dict[str, list[Function]]:
    """Return the plans to try, of {function: its share of the time}, the hottest first."""
    found: dict[str, list[Function]] = {}
    for title, names in (
        ("the hottest", list(ran)[:1]),
        ("the hot ones", [name for name, share in ran.items() if share >= HOT]),
        ("all that ran", list(ran)),
    ):
        functions: list[Function] = [(one, "focus", 0) for one in names]
        if functions and functions not in found.values():
            found[title] = functions
    return found


def with_behind(tried: Mapping[str, list[Function]], own: list[Function]) -> dict[str, list[Function]]:
    """Return the plans of a chain: each for the chain and for BEHIND alone, larger ones also with other thresholds.

    The last one is what was chosen for BEHIND (`own`).
    """
    found = dict(tried)
    for title, plan in tried.items():
        found[f"{title}{BY}"] = _behind(plan)
    for title in list(tried)[-2:]:
        for threshold in THRESHOLDS:
            found[f"{title}, threshold {threshold}{BY}"] = [
                (name, "focus", threshold, BEHIND) for name, *_ in tried[title]
            ]
    if own and _behind(own) not in found.values():
        found[f"{BEHIND}'s own{BY}"] = _behind(own)
    return found


def mixed(tried: Mapping[str, list[Function]], ratios: Mapping[str, float]) -> dict[str, list[Function]]:
    """Return the best plan of the chain with all other functions for BEHIND, where both have something to give."""
    first = max((title for title in tried if not title.endswith(BY)), key=lambda title: ratios[title], default=None)
    behind = max((title for title in tried if title.endswith(BY)), key=lambda title: ratios[title], default=None)
    if first is None or behind is None or min(ratios[first], ratios[behind]) < LEAST:
        return {}
    known = {one[0] for one in tried[first]}
    rest = [one for one in tried[behind] if one[0] not in known]
    return {f"{first}, the others of {behind}": [*tried[first], *rest]} if rest else {}


def _behind(plan: list[Function]) -> list[Function]:
    return [(name, hint, threshold, BEHIND) for name, hint, threshold, *_ in plan]


def decided(tried: Mapping[str, list[Function]], timed: Ratios) -> dict[str, Any]:
    """Time the plans, the best one twice, beside what is made of two; return the better one, or no functions."""
    ratios = timed(tried)
    said = ", ".join(f"{title} {value:.2f}" for title, value in ratios.items())
    best = max(ratios, key=lambda title: ratios[title], default=None)
    if best is None or ratios[best] < LEAST:
        return {"by": f"warm: {said or 'nothing ran'}", "functions": []}
    last = {best: tried[best], **mixed(tried, ratios)}
    again = timed(last)
    told = ", ".join(
        f"{title} once more {again[title]:.2f}" if title == best else f"{title} {again[title]:.2f}" for title in last
    )
    found = max(last, key=lambda title: again[title])
    return {"by": f"warm: {said}; {told}", "functions": last[found] if again[found] >= LEAST else []}


def measure(place: Place, name: str, peers: Peers, under: str) -> list[dict[str, list[float]]]:
    """Return the seconds of each turn, of some sets of processes: plain, hinted as chosen, with `PYTHON_JIT=1`."""
    functions: list[Function] = [tuple(one) for one in stored(name, under)]
    ways: dict[str, Way] = {PLAIN: ("off", [])}
    if functions:  # nobody imports jitctl where nothing was chosen
        ways[under] = (under, functions)
    if place.jit:
        ways["jit"] = ("jit", [])
    return [take_turns(place, name, peers, ways) for _ in range(SETS)] if len(ways) > 1 else []


def kept() -> dict[str, Any]:
    """Return what was measured: {environment: {"on", "programs": {name: {"commit", "date", "load", "sets"}}}}."""
    return dict(json.loads(CHOSEN_TIMINGS.read_text("utf-8"))) if CHOSEN_TIMINGS.exists() else {}


def keep(
    on: str, under: str, name: str, sets: list[dict[str, list[float]]], when: tuple[str, str, float | None]
) -> None:
    """Add what was measured of a program, or replace it; a program is a line."""
    known = kept()
    programs = known.setdefault(under, {"programs": {}})["programs"]
    known[under]["on"] = on
    short = [{way: [float(f"{one:.4g}") for one in turns] for way, turns in one.items()} for one in sets]
    programs[name] = {**dict(zip(("commit", "date", "load"), when, strict=True)), "sets": short}
    blocks = []
    for environment, one in sorted(known.items()):
        lines = ",\n".join(f"   {json.dumps(title)}: {json.dumps(each)}" for title, each in one["programs"].items())
        programs_text = f'"programs": {{\n{lines}\n  }}'
        blocks.append(f' {json.dumps(environment)}: {{\n  "on": {json.dumps(one["on"])},\n  {programs_text}\n }}')
    CHOSEN_TIMINGS.write_text("{\n" + ",\n".join(blocks) + "\n}\n", "utf-8")
