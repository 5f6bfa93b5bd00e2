"""A process with the JIT off: only hinted functions are compiled, and the user's own word counts."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
OPT_IN = {"JITCTL_OPT_IN": "1"} if sys.version_info < (3, 15) else {}


def test_only_hinted_functions_own_executors(scene):
    """With a control: in a process whose JIT is on, the same tour leaves executors in others' code.

    On 3.14 few are left when we look: it drops those that are idle while our own loops look for them.
    """
    told = scene("only_hinted_functions_own_executors", given={"hinted": True}, **OPT_IN)
    assert told["modules"] >= 20
    assert told["codes"] > 1_500
    assert told["own"] >= 1
    assert told["others"] == []
    control = scene("only_hinted_functions_own_executors", given={"hinted": False}, PYTHON_JIT="1")
    assert len(control["others"]) > (3 if sys.version_info >= (3, 15) else 0)


def test_code_that_was_there_before_and_its_loops(scene):
    assert scene("code_that_was_there_before_and_its_loops", **OPT_IN) == {"own": 1, "others": []}


def test_code_made_later(scene):
    assert scene("code_made_later", **OPT_IN) == {"own": 1, "many": 6, "others": []}


@pytest.mark.skipif(
    sys.version_info >= (3, 15) and hasattr(sys, "gettotalrefcount"),
    reason="debug builds of 3.15 assert against what keeps entries still: a limit that backends/native/README.md names",
)
def test_with_a_second_busy_thread(scene):
    """A thread that wants the GIL makes CPython specialise function entries anew, which must not arm them."""
    assert scene("with_a_second_busy_thread", **OPT_IN) == {"own": 1, "others": []}


@pytest.mark.parametrize(
    ("environment", "own"),
    [
        ({"PYTHON_JIT": "0"}, 0),
        ({"PYTHON_JIT": "0", "JITCTL_OPT_IN": "1"}, 1),
        ({"JITCTL_OPT_IN": "1"}, 1),
        ({"JITCTL_OPT_IN": "0"}, 0),
        ({"JITCTL_DISABLE": "1", "JITCTL_OPT_IN": "1"}, 0),
        ({}, 1 if sys.version_info >= (3, 15) else 0),
        ({"PYTHON_JIT": "1", "JITCTL_OPT_IN": "0"}, 1),
    ],
    ids=lambda value: " ".join(f"{k}={v}" for k, v in value.items()) or "nothing set" if type(value) is dict else None,
)
def test_the_users_word_counts(scene, environment, own):
    told = scene("the_users_word_counts", **environment)
    assert told == {"own": own, "on": bool(own) or environment.get("PYTHON_JIT") == "1"}


def test_import_alone_switches_nothing(scene):
    assert scene("import_alone_switches_nothing", **OPT_IN) == {"own": 0, "on": False}


def test_the_environment_is_ignored_where_python_ignores_its_own(scene):
    """Under -E the variables say nothing: the version's own default holds."""
    told = scene(
        "the_environment_is_ignored_where_python_ignores_its_own", "-E", JITCTL_OPT_IN="0" if OPT_IN == {} else "1"
    )
    assert told["own"] == (1 if OPT_IN == {} else 0)
