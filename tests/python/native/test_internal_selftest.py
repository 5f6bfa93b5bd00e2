"""The self-test of the native backend: what it grants, and that every probe that disagrees takes something away.

``JITCTL_NATIVE_FALSIFY=<number>`` makes one probe see the opposite of what is there.
"""

import pytest

pytestmark = pytest.mark.usefixtures("native")

B = "counters and opcodes"
EXITS = "exits of compiled code"
C = "the JIT's switch"


def test_all_is_granted(scene, mode):
    notes = scene("the_grants", **mode)["notes"]
    assert [notes[B], notes[EXITS], notes[C]] == ["granted"] * 3


def test_it_leaves_no_trace(scene, mode):
    told = scene("it_leaves_no_trace", **mode)
    assert told["enabled"][0] == told["enabled"][1]
    assert (told["mine"], told["executors"], told["callbacks"]) == (0, 0, 0)
    assert told["tools"] == [None] * 6


@pytest.mark.parametrize("probe", [0, 1])
def test_without_identity_it_declines(scene, mode, probe):
    assert scene("the_grants", JITCTL_NATIVE_FALSIFY=str(probe), **mode)["name"] != "native"


@pytest.mark.parametrize(
    ("probe", "denied", "granted"),
    [
        (2, [B, EXITS, C], []),
        (3, [B, EXITS, C], []),
        (4, [B, EXITS, C], []),
        (5, [C], [B]),
        (7, [B, EXITS, C], []),
        (8, [EXITS], [B, C]),
        (9, [B, EXITS, C], []),
    ],
)
def test_a_falsified_probe_takes_away_what_builds_on_it(scene, probe, denied, granted):
    notes = scene("the_grants", JITCTL_NATIVE_FALSIFY=str(probe), PYTHON_JIT="1")["notes"]
    for tier in denied:
        assert notes[tier] != "granted", tier
    assert f"T{probe}" in notes[denied[0]]
    for tier in granted:
        assert notes[tier] == "granted", tier


@pytest.mark.skipif("sys.version_info < (3, 15)", reason="3.14 has no configuration behind the switch")
def test_an_impossible_configuration_takes_the_switch_away(scene):
    notes = scene("the_grants", JITCTL_NATIVE_FALSIFY="6")["notes"]
    assert "T6" in notes[C]


def test_focus_falls_back_to_events(scene):
    told = scene("a_focus", JITCTL_NATIVE_FALSIFY="2", PYTHON_JIT="1")
    assert (told["status"], told["code"], told["compiled"]) == ("applied", "armed-by-events", 1)


def test_without_the_switch_there_is_no_opt_in(scene):
    told = scene("a_focus", JITCTL_NATIVE_FALSIFY="5", JITCTL_OPT_IN="1")
    assert (told["status"], told["code"], told["compiled"], told["on"]) == ("unsupported", "jit-off", 0, False)


def test_a_tracer_postpones_it(scene, mode):
    told = scene("a_tracer_postpones_it", **mode)
    assert (told["first"], told["code"]) == ("pending", "tracing-active")
    assert (told["status"], told["compiled"]) == ("applied", 1)
    assert told["notes"][B] == "granted"
