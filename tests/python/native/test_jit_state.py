"""Whether the JIT is on now, and by whom: the same in headline, table, HTML, dict, JSON and the doctor."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


def test_the_process_itself(scene):
    told = scene("the_process_itself", PYTHON_JIT="1")
    assert told == {"before": [True, True, "process"], "after": [True, True, "process"]}


def test_off_until_jitctl_switches_it_on(scene):
    told = scene("the_process_itself", JITCTL_OPT_IN="1")
    assert told == {"before": [True, False, "process"], "after": [True, True, "jitctl"]}


def test_forbidden(scene):
    told = scene("forbidden", JITCTL_OPT_IN="0")
    assert told["after"] == [True, False, "process"]
    assert told["jit"] == {"built": True, "on": False, "by": "process", "text": "JIT built, off"}


def test_suspended_by_jitctl_while_a_tracer_is_active(scene):
    told = scene("suspended_by_jitctl_while_a_tracer_is_active", JITCTL_OPT_IN="1")
    assert told["before"] == [True, True, "jitctl"]
    assert (told["jit"]["on"], told["jit"]["by"]) == (False, "tracer")
    assert "switched off by jitctl while a tracing tool is active" in told["jit"]["text"]


def test_switched_on_under_a_tracer_that_follows_single_instructions(scene):
    # CPython loses its events in code where events of another tool come and go: a hint may set none in other functions.
    told = scene("switched_on_under_a_tracer_that_follows_single_instructions", JITCTL_OPT_IN="1")
    assert told["off"]
    assert told["after"] == told["before"]
    assert told["before"][0] > told["before"][1] > 0
    assert told["on"]


@pytest.mark.parametrize(("value", "switches"), [("1", True), ("0", False)])
def test_the_doctor_says_whether_a_hint_will_switch_it_on(scene, value, switches):
    told = scene("the_doctor_says_whether_a_hint_will_switch_it_on", JITCTL_OPT_IN=value)
    assert told["on"] is False
    assert ("JIT built, off until the first focus or once switches it on" in told["summary"]) is switches
