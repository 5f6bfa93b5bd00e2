"""What forbids compilation: no executable memory, the perf trampoline. Nothing ends, and the verdict says why."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")
OPT_IN = {"JITCTL_OPT_IN": "1"}
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the restriction is Linux's")
PERF = pytest.mark.skipif(not getattr(sys, "is_stack_trampoline_active", None), reason="no perf trampoline here")

#: each forbids new executable memory from some moment on
RESTRICTIONS = ("memory-deny-write-execute", "address-space", "seccomp")


@LINUX
@pytest.mark.parametrize("restriction", RESTRICTIONS)
def test_no_executable_memory_from_the_start(scene, restriction):
    told = scene("all_hints", given={"restriction": restriction}, **OPT_IN)
    assert told == {
        "same": True,
        "compiled": 0,
        "enabled": False,
        "focus": ["refused", "no-executable-memory"],
        "sampled": "no-executable-memory",
        "ignore": "applied",
        "once": True,
    }


@LINUX
@pytest.mark.parametrize("restriction", RESTRICTIONS)
def test_no_executable_memory_later(scene, restriction):
    told = scene("no_executable_memory_later", given={"restriction": restriction}, **OPT_IN)
    assert told == {
        "same": True,
        "read": "no-executable-memory",
        "enabled": False,
        "ready": [1, "compiled"],
        "late": [0, "no-executable-memory"],
        "more": "no-executable-memory",
    }


@LINUX
@pytest.mark.parametrize("restriction", RESTRICTIONS)
@pytest.mark.parametrize("variable", ["JITCTL_OPT_IN", "PYTHON_JIT"])
def test_no_executable_memory_between_hint_and_first_call(scene, restriction, variable):
    """A service restricts itself when it is set up: nothing is raised in the first function that is called."""
    told = scene(
        "no_executable_memory_between_hint_and_first_call", given={"restriction": restriction}, **{variable: "1"}
    )
    assert told == {"same": True, "compiled": 0, "codes": ["no-executable-memory"], "entries": True}


@LINUX
def test_memory_that_comes_back(scene):
    told = scene("memory_that_comes_back", **OPT_IN)
    assert told == {"before": "no-executable-memory", "after": True, "compiled": 1}


@LINUX
def test_with_the_jit_on_only_what_is_hinted_stays_out(scene):
    assert scene("with_the_jit_on_only_what_is_hinted_stays_out", PYTHON_JIT="1") == {
        "late": True,
        "compiled": [1, 0],
        "enabled": True,
    }


def test_the_probe_is_asked(scene):
    told = scene("all_hints", given={"restriction": None}, JITCTL_NATIVE_FALSIFY="10", **OPT_IN)
    assert told["focus"] == ["refused", "no-executable-memory"]
    assert (told["same"], told["compiled"], told["enabled"], told["once"]) == (True, 0, False, True)


@PERF
def test_beside_the_perf_trampoline(scene):
    told = scene("beside_the_perf_trampoline", "-X", "perf", **OPT_IN)
    assert told == {
        "same": True,
        "compiled": 0,
        "enabled": False,
        "code": "perf-active",
        "later": True,
        "then": 1,
    }


@PERF
@pytest.mark.parametrize("how", ["sys.activate_stack_trampoline", "early"])
def test_the_perf_trampoline_is_activated_later(scene, how):
    assert scene("the_perf_trampoline_is_activated_later", given={"how": how}, **OPT_IN) == {
        "message": "invalid backend: no such backend",
        "still": True,
        "same": True,
        "active": True,
        "enabled": False,
        "sum": 2 * sum(range(5000)),
        "late": "perf-active",
        "other": "perf-active",
        "compiled": 0,
        "again": True,
        "on": True,
    }
