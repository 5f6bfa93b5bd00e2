"""jit_ignore beside tracers, profilers and monitoring tools, which rewrite the same instructions."""

import pytest

pytestmark = pytest.mark.usefixtures("native")


@pytest.mark.parametrize("when", ["early", "late"])
@pytest.mark.parametrize("tool", ["settrace", "setprofile", "monitoring", "local monitoring"])
def test_survives_tracing_tools(scene, mode, tool, when):
    assert scene("survives_tracing_tools", given={"tool": tool, "when": when}, **mode) == {
        "after": False,
        "again": False,
        "status": "applied",
    }


def test_applied_while_a_tool_traces(scene, mode):
    assert scene("applied_while_a_tool_traces", **mode) == {"active": False, "status": "applied"}


def test_a_users_own_monitoring_is_undisturbed(scene, mode):
    told = scene("a_users_own_monitoring_is_undisturbed", **mode)
    assert told == {"calls": ["target"], "mine": True, "after": ["target"] * 2, "mine_after": True}


@pytest.mark.parametrize("where", ["local", "global", "local, inside", "global, inside"])
def test_tools_without_callbacks_come_and_go_within_a_step(scene, mode, where):
    """CPython rewrites instructions for a tool and back; each of them has to come back untraceable at once."""
    assert scene("tools_without_callbacks_come_and_go_within_a_step", given={"where": where}, **mode) == {"bad": []}


def test_cheap_again_after_a_tool(scene, mode):
    told = scene("cheap_again_after_a_tool", **mode)
    assert told == {"before": True, "after_the_tool": False, "later": True, "active": False}


def test_hinted_while_a_tool_is_active_it_becomes_cheap_later(scene, mode):
    told = scene("hinted_while_a_tool_is_active_it_becomes_cheap_later", **mode)
    assert told.pop("full").endswith("at its entry, calls and jumps")
    assert told == {"still": True, "cheap": True, "active": False}


def test_another_tools_id_is_left_as_it_was(scene, mode):
    """The events are booked with the help of a second tool id; that of a tool which is there is borrowed."""
    names = [f"tool {number}" for number in range(5)]
    assert scene("another_tools_id_is_left_as_it_was", **mode) == {
        "cheap": True,
        "heard": 0,
        "left": 0,
        "names": names,
        "active": False,
    }


@pytest.mark.parametrize("thread", [False, True])
def test_a_tracer_that_comes_back_is_told_everything(scene, mode, thread):
    """CPython takes a tracer's events out of a function when it is next called; until then it relies on them."""
    found = scene("a_tracer_that_comes_back_is_told_everything", given={"thread": thread}, **mode)
    assert found.pop("beside", True) is True
    assert found == {"first": True, "again": True, "events": True, "active": False}
