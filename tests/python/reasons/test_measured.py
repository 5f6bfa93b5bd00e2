"""Each reason that jitctl can give is borne out by this interpreter's JIT, and nothing else is called unfriendly.

The pairs are those of benchmarks/unfriendly. These tests fail when CPython changes, and so they should: then
the traits in cpython/src and benchmarks/results/unfriendly.json have to be brought up to date.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from clean_environment import clean_environment
from place import HOME, installed

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks" / "unfriendly"
STORED = json.loads((BENCHMARK.parent / "results" / "unfriendly.json").read_text(encoding="utf-8"))
CODES = {reason["code"] for reason in installed._backend.reasons()}

pytestmark = pytest.mark.skipif(not CODES, reason="nothing is known of a JIT in this interpreter, so no reason is told")

sys.path.insert(0, str(BENCHMARK))
import folklore  # noqa: E402
import pairs  # noqa: E402

sys.path.remove(str(BENCHMARK))
PAIRS = {pair.key: pair for pair in pairs.PAIRS}
FOLKLORE = [f"folklore/{name}" for name, _, _ in folklore.FOLKLORE]


def child(*arguments):
    found = subprocess.run(
        [sys.executable, BENCHMARK / "child.py", *arguments],
        env=clean_environment(PYTHONPATH=HOME, PYTHON_JIT="1", PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert found.returncode == 0, found.stderr[-3000:]
    return json.loads(found.stdout)


@pytest.fixture(scope="module")
def seen():
    return child("--told")


def is_friendly(share):
    return share >= pairs.FRIENDLY


@pytest.mark.parametrize("key", PAIRS)
def test_a_reason_is_told_where_it_is_true_and_nowhere_else(seen, key):
    shares, told = seen["measured"][key], seen["told"][key]
    code = PAIRS[key].code
    if is_friendly(shares["with"]):
        assert code not in told["with"], f"{key} runs compiled here ({shares}), and is still called unfriendly"
    elif is_friendly(shares["without"]):
        assert code in told["with"], f"{key} does not run compiled here ({shares}), and nothing is told"
        assert code in CODES
    # Where neither side is compiled something else stands in the way, and that is told for both.
    else:
        assert told["with"]
        assert told["without"]
    if is_friendly(shares["without"]):
        # exec-text: the function that runs the code has no loop itself, which 3.14 does not compile.
        assert set(told["without"]) <= {"no-loop"}
        assert code not in told["without"]


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_reason_of_the_list_was_seen_to_be_true(seen, code):
    of_code = [seen["measured"][key] for key, pair in PAIRS.items() if pair.code == code]
    assert any(not is_friendly(shares["with"]) and is_friendly(shares["without"]) for shares in of_code)


@pytest.mark.parametrize("key", FOLKLORE)
def test_what_is_only_said_to_be_unfriendly_is_no_reason(seen, key):
    assert is_friendly(seen["measured"][key]["with"])
    assert seen["told"][key]["with"] == []


def test_the_stored_table_says_the_same(seen):
    shares = STORED[".".join(map(str, sys.version_info[:2]))]["shares"]
    verdicts = {key: {side: is_friendly(share) for side, share in both.items()} for key, both in shares.items()}
    now = {key: {side: is_friendly(share) for side, share in both.items()} for key, both in seen["measured"].items()}
    assert now == verdicts, "next: python benchmarks/unfriendly, and the traits in cpython/src"


def test_the_shortest_body_that_is_called_too_large_is(run):
    """The limit itself, for all kinds of bodies: where it is first told, the end of the body is not compiled."""
    keys = []
    for kind in pairs.BODIES:
        few, many = 1, 400  # told at the latest there
        while many - few > 1:
            middle = (few + many) // 2
            space = {"active": lambda: True}
            exec(pairs.body(kind, middle), space)
            installed.jit_focus(space["target"])
            codes = [reason.code for reason in installed.stats(space["target"]).unfriendly]
            few, many = (few, middle) if "large-body" in codes else (middle, many)
        assert many < 400
        keys.append(f"body/{kind}/{many}")
    shares = child(*keys)["measured"]
    assert {key: share["with"] for key, share in shares.items()} == dict.fromkeys(keys, 0.0)
