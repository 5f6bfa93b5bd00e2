"""The self-test of the compiling backend: what it grants, and that every probe that disagrees refuses the backend.

``JITCTL_COMPILER_FALSIFY=<number>`` makes one probe see the opposite of what is there.
"""

import pytest

pytestmark = pytest.mark.usefixtures("compiler")


def test_all_is_granted(scene):
    told = scene("the_grants")
    assert told["notes"]["self-test"].startswith("granted")
    assert told["code"] == "first-call"


def test_it_leaves_no_trace(scene):
    told = scene("it_leaves_no_trace")
    assert (told["mine"], told["tools"], told["callbacks"]) == (0, [None] * 6, 0)


@pytest.mark.parametrize("probe", [0, 1])
def test_without_identity_it_cannot_be_chosen(probe, environment):
    import subprocess
    import sys

    found = subprocess.run(
        [sys.executable, "-c", "import jitctl"],
        env=environment(JITCTL_COMPILER_FALSIFY=str(probe)),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert found.returncode == 1
    last = found.stderr.strip().splitlines()[-1]
    assert f"self-test T{probe}" in last


@pytest.mark.parametrize("probe", range(2, 10))
def test_a_probe_that_disagrees_refuses_every_hint(scene, probe):
    told = scene("the_grants", JITCTL_COMPILER_FALSIFY=str(probe))
    assert told["code"] == "self-test"
    assert told["message"].startswith(f"self-test T{probe}: ")
    assert told["result"] == 2
    assert told["notes"] == {"self-test": told["message"]}


def test_an_active_tracer_does_not_matter_and_sees_nothing(scene):
    told = scene("an_active_tracer_does_not_matter_and_sees_nothing")
    assert told["notes"]["self-test"].startswith("granted")
    assert told["seen"] == []


def test_memory_that_may_not_be_executed_refuses(scene):
    told = scene("memory_that_may_not_be_executed_refuses")
    if not told["forbidden"]:
        pytest.skip("this kernel cannot forbid memory that becomes executable")
    assert told["code"] == "self-test"
    assert "no memory that is written and then executed" in told["message"]
    assert told["result"] == 2


def test_address_space_that_is_used_up(scene):
    told = scene("address_space_that_is_used_up")
    # where the allocator still had room, it is compiled
    assert told["result"] == 1
    assert told["code"] in ("code-memory", "compiled", "internal")
