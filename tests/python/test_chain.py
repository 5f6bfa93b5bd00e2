"""JITCTL_BACKEND=one,two: each hint goes to the first backend that can serve it, and an ignore to all."""

import json
import os
from pathlib import Path

import pytest
from fixture_libraries import library
from place import installed

pytestmark = pytest.mark.skipif(
    not installed._backend.describe()["extension"], reason="backends are loaded by the compiled extension only"
)
CHILD = Path(__file__).with_name("children") / "chain.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("chain")
    place.chmod(0o755)
    for name in ("chooser_one", "chooser_two", "fit_no", "declines_in_create"):
        library(name, place)
    (place / "libbroken.so").write_bytes(b"broken")
    return place


@pytest.fixture
def scene(run, folder):
    """Play a scene of children/chain.py with a chain, and give what it saw."""

    def play(what, *arguments, chain="one,two", **options):
        found = run(
            str(CHILD), what, json.dumps(arguments), json.dumps(options),
            JITCTL_BACKEND=chain, JITCTL_BACKEND_PATH=str(folder),
        )  # fmt: skip
        assert found.returncode == 0, found.stderr
        return json.loads(found.stdout)

    return play


def test_the_first_that_can_serve_it_acts_and_no_other_is_asked(scene):
    seen = scene("focus", "f")
    assert (seen["backend"], seen["status"], seen["code"], seen["others"]) == ("one", "applied", "done", [])
    assert seen["asked"] == ["one focus f"]


def test_the_order_is_that_of_the_names(scene):
    assert scene("focus", "f", chain="two,one")["backend"] == "two"


@pytest.mark.parametrize(("verb", "code"), [("unsupported", "not-mine"), ("error", "not-mine-either")])
def test_unsupported_passes_it_on_and_the_reason_is_kept(scene, verb, code):
    name = f"one_{verb}"
    seen = scene("focus", name)
    assert (seen["backend"], seen["status"]) == ("two", "applied")
    assert seen["others"] == [["one", "unsupported", code]]
    assert seen["asked"] == [f"one focus {name}", f"two focus {name}"]


def test_every_option_reaches_the_one_it_is_passed_on_to(scene):
    seen = scene("focus", "one_unsupported", when="decoration", sample_args=[3])
    assert seen["asked"][1] == "two focus when=decoration sample_args=(3,) one_unsupported"
    assert scene("focus", "one_unsupported", threshold=5)["asked"][1] == "two focus threshold=5 one_unsupported"


def test_a_hint_that_names_its_backends_goes_to_no_other(scene):
    seen = scene("focus", "f", backend="two")
    assert (seen["backend"], seen["others"]) == ("two", [])
    assert seen["asked"] == ["two focus f"]
    assert scene("focus", "one_unsupported", backend="one")["asked"] == ["one focus one_unsupported"]


def test_several_that_are_named_are_asked_in_the_order_of_the_chain(scene):
    seen = scene("focus", "one_unsupported", backend="two, one")
    assert [line.split()[0] for line in seen["asked"]] == ["one", "two"]


def test_what_a_named_backend_gives_up_moves_to_nobody_else(scene):
    seen = scene("later", "one_later", "one", backend="one")
    assert (seen["after"]["backend"], seen["after"]["code"]) == ("one", "gave-up")
    assert len(seen["asked"]) == 1
    moved = scene("later", "one_later", "one", backend="one,two")
    assert moved["after"]["backend"] == "two"


def test_a_hint_for_backends_that_are_not_in_use_says_so(scene):
    seen = scene("focus", "f", backend="native,warmup")
    assert (seen["status"], seen["code"], seen["asked"]) == ("unsupported", "other-backend", [])


def test_a_hint_for_another_backend_is_taken_back_from_the_first(scene):
    seen = scene("sent_elsewhere", "f", "two")
    assert seen["asked"] == ["one focus f", "one undo f", "two undo f", "two focus f"]
    assert seen["backend"] == "two"


def test_a_rule_names_the_backend_of_its_functions(run, folder, tmp_path):
    (tmp_path / "jitctl.toml").write_text(
        '[[rule]]\nmatch = "mine:f"\nhint = "focus"\nbackend = "two"\n[[rule]]\nmatch = "mine:*"\nhint = "focus"\n'
    )
    (tmp_path / "mine.py").write_text("def f(): pass\ndef g(): pass\n")
    code = (
        f"import builtins, sys; sys.path.insert(0, {str(tmp_path)!r}); builtins.jitctl_asked = []\n"
        "import jitctl, mine; print(*builtins.jitctl_asked, sep=';')"
    )
    found = run(
        "-c", code, JITCTL_HINTS=str(tmp_path / "jitctl.toml"),
        JITCTL_BACKEND="one,two", JITCTL_BACKEND_PATH=str(folder),
    )  # fmt: skip
    assert found.stdout.strip() == "two focus f;one focus g", found.stderr


def test_refused_and_partial_end_it(scene):
    assert scene("focus", "one_refused")["asked"] == ["one focus one_refused"]
    assert scene("focus", "one_partial")["backend"] == "one"


def test_where_nobody_can_serve_it_the_last_word_stands_and_the_others_are_kept(scene):
    seen = scene("focus", "one_error__two_unsupported")
    assert (seen["backend"], seen["status"], seen["code"]) == ("two", "unsupported", "not-mine")
    assert seen["others"] == [["one", "unsupported", "not-mine-either"]]


def test_ignore_reaches_all(scene):
    seen = scene("ignore", "f")
    assert seen["asked"] == ["one ignore f", "two ignore f"]
    assert (seen["backend"], seen["code"]) == ("one", "ignored")
    assert seen["others"] == [["two", "applied", "ignored"]]


@pytest.mark.parametrize(
    ("name", "backend", "code"),
    [
        ("one_unsupported", "two", "ignored"),
        ("two_unsupported", "one", "ignored"),
        ("two_partial", "two", "half"),
        ("one_partial__two_refused", "two", "would-not"),
        ("one_unsupported__two_unsupported", "one", "not-mine"),
    ],
)
def test_of_an_ignore_the_verdict_furthest_from_it_stands(scene, name, backend, code):
    seen = scene("ignore", name)
    assert (seen["backend"], seen["code"]) == (backend, code)
    assert len(seen["asked"]) == 2


def test_a_later_report_on_an_ignore_counts_whoever_makes_it(scene):
    seen = scene("ignored_later", "one_later", "one")
    assert (seen["before"]["backend"], seen["before"]["code"]) == ("one", "for-now")
    assert (seen["after"]["backend"], seen["after"]["code"]) == ("two", "ignored")
    assert seen["after"]["others"] == [["one", "unsupported", "gave-up"]]


def test_what_is_given_up_later_moves_on(scene):
    seen = scene("later", "one_later", "one")
    assert (seen["before"]["backend"], seen["before"]["code"]) == ("one", "for-now")
    assert seen["asked"] == ["one focus one_later", "two focus one_later"]
    assert (seen["after"]["backend"], seen["after"]["code"]) == ("two", "done")
    assert seen["after"]["others"] == [["one", "unsupported", "gave-up"]]


def test_a_code_of_jitctl_s_own_says_that_it_moves_on_although_it_is_refused(scene):
    seen = scene("later", "one_later__x_refuses", "one")
    assert (seen["after"]["backend"], seen["after"]["others"]) == ("two", [["one", "refused", "gave-up"]])


def test_a_refusal_that_is_not_known_stays(scene):
    seen = scene("later", "one_later__x_stays", "one")
    assert (seen["after"]["backend"], seen["after"]["code"]) == ("one", "one-gave-up")
    assert len(seen["asked"]) == 1


def test_numbers_and_words_move_on_with_it_and_samples_do_not(scene):
    seen = scene("later", "one_later", "one", when="decoration", sample_args=[3])
    assert seen["asked"][1] == "two focus when=decoration one_later"
    assert scene("later", "one_later", "one", threshold=7)["asked"][1] == "two focus threshold=7 one_later"


def test_the_last_one_that_gives_up_has_the_last_word(scene):
    seen = scene("later", "one_unsupported__two_later", "two")
    assert (seen["after"]["backend"], seen["after"]["code"]) == ("two", "gave-up")
    assert seen["asked"] == ["one focus one_unsupported__two_later", "two focus one_unsupported__two_later"]


def test_it_moves_on_without_anybody_asking(scene):
    seen = scene("read", "one_read")
    assert seen["asked"] == ["one focus one_read", "two focus one_read"]
    assert seen["after"]["backend"] == "two"


def test_a_function_that_is_gone_does_not_move_on(scene):
    seen = scene("forgotten", "one_later", "one")
    assert seen == {"asked": ["one focus one_later"], "records": 0}


def test_another_hint_is_taken_back_from_all(scene):
    seen = scene("replaced", "f")
    assert seen["asked"] == ["one focus f", "one undo f", "two undo f", "one ignore f", "two ignore f"]


def test_undo_reaches_all(scene):
    seen = scene("undone", "one_unsupported__two_later")
    assert seen["undone"] is True
    assert seen["asked"][-2:] == [f"{name} undo one_unsupported__two_later" for name in ("one", "two")]
    assert seen["record"] is None


def test_state_is_that_of_the_one_that_acts(scene):
    known = {"one": len("one"), "two": len("two")}
    assert scene("state", "f") == known["one"]
    assert scene("state", "one_unsupported") == known["two"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_the_chain_goes_on_in_a_forked_process(scene):
    seen = scene("forked", "one_later", "one")
    (told, other), parent = seen["child"], seen["parent"]
    assert (told["backend"], other) == ("two", "two")
    assert (parent["backend"], parent["code"]) == ("one", "for-now")


@pytest.mark.parametrize(("declines", "code"), [("fit-no", "does-not-fit"), ("declines", "self-test")])
def test_one_that_declines_the_interpreter_is_passed_over_and_said(scene, declines, code):
    seen = scene("focus", "f", chain=f"{declines},two")
    assert (seen["backend"], seen["others"]) == ("two", [[declines, "unsupported", code]])
    chosen = scene("chosen", chain=f"{declines},two")
    assert chosen["name"] == "two"
    assert any(name == f"{declines}: passed over" for name, _ in chosen["remarks"])


def test_doctor_tells_the_chain(run, folder):
    environment = {"JITCTL_BACKEND": "one, two", "JITCTL_BACKEND_PATH": str(folder)}
    data = json.loads(run("-m", "jitctl", "doctor", "--json", **environment).stdout)
    assert [one["name"] for one in data["backend"]["chain"]] == ["one", "two"]
    assert "one,two" in data["summary"]
    assert {one["name"] for one in data["candidates"] if one["chosen"]} == {"one", "two"}
    assert run("-m", "jitctl", "doctor", "--verbose", **environment).stdout.count(": used (chosen)") == 2


@pytest.mark.parametrize(
    ("chain", "reason"),
    [
        ("one,", "a name is empty"),
        (",one", "a name is empty"),
        ("one,two,one", "one stands twice"),
        ("one,nobody", "no backend of the name nobody was found"),
        ("nobody,one", "no backend of the name nobody was found"),
        ("fit-no,declines", "declined"),
    ],
)
def test_what_cannot_be_a_chain_is_an_error(run, folder, chain, reason):
    found = run("-c", "import jitctl", JITCTL_BACKEND=chain, JITCTL_BACKEND_PATH=str(folder))
    last = found.stderr.strip().splitlines()[-1]
    assert last.startswith(f"jitctl.BackendError: JITCTL_BACKEND={chain} cannot be used: ")
    assert reason in last


def test_a_backend_keeps_the_contract_with_another_one_behind_it(run):
    file = next(one["file"] for one in installed._backend.candidates() if one["name"] == "warmup")
    found = run("-m", "jitctl", "backends", "check", file, "--behind", "noop", "--json")
    data = json.loads(found.stdout)
    assert [one for one in data["checks"] if not one["passed"]] == []


described = installed._backend.describe()


@pytest.mark.skipif(
    not described["jit_built"] or described["free_threaded"] or installed.__name__ != "jitctl",
    reason="the native backend arms functions only where there is a JIT",
)
def test_what_cannot_be_warmed_goes_to_native(scene):
    seen = scene("trained", chain="warmup,native")
    assert (seen["before"]["backend"], seen["before"]["status"]) == ("warmup", "pending")
    assert seen["log"] == [0, 1, 2]
    after = seen["after"]
    assert after["backend"] == "native"
    assert [one[:2] for one in after["others"]] == [["warmup", "unsupported"]]
