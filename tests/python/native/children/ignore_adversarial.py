"""What the tests of test_ignore_adversarial.py have fresh interpreters run."""

import sys

from look import tell, traced
from parts import given, part
from scenes import Scene

import jitctl

ROUNDS = 20_000
on = sys._jit.is_enabled()


def prepare(scene, targets=()):
    "Where the process' JIT is off only hinted functions compile: focus what leads into the target."
    if not on:
        for one in [*scene.drivers, *targets]:
            jitctl.jit_focus(one)
    return scene


def compiled():
    "Where a focus was measured and given up, as on debug builds at times, a scene shows nothing: take another."
    for _ in range(6):
        scene = Scene(given.name)
        prepare(scene, scene.targets)
        active = any(scene.drive(ROUNDS) for _ in range(3))
        if active or given.never:
            break
    return scene, active


if part("a_scene"):
    control, active = compiled()
    early = prepare(Scene(given.name))
    for one in early.targets:
        assert jitctl.jit_ignore(one) is one
    tell(control=active, traced=[len(traced(control.targets))])
    late, before = compiled()
    tell(early=early.drive(ROUNDS, 3), before=before, early_traced=traced(early.targets))
    for one in late.targets:
        jitctl.jit_ignore(one)
    tell(late=late.drive(ROUNDS, 3), late_traced=traced(late.targets))
    tell(verdicts=[jitctl.stats(one).verdict.status for one in [*early.targets, *late.targets]])
