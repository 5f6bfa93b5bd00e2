"""The comparing part: what is a difference, what explains one, and what a journal says."""

import page
import pytest
from compare import MISSING, PROCESS, Explained, differences, suspects, unstable
from judge import AGAIN, Bench, Run, Setting, read_journal
from process import Ended

OK = Ended("ok", 1.0, "")
ENTRY = {"test": "t.*", "where": ["3.15* off *"], "outcome": "fail", "reason": "because"}


def entries(**changes):
    return Explained([{**ENTRY, **changes}])


def test_same_outcomes_are_no_difference():
    run = {"a": "ok", "b": "skip", PROCESS: "ok"}
    assert suspects(run, dict(run)) == []
    assert differences([run], [dict(run)]) == []


@pytest.mark.parametrize("other", ["fail", "error", "skip"])
def test_another_outcome_is_a_difference(other):
    (found,) = differences([{"a": "ok"}], [{"a": other}])
    assert (found.test, found.plain, found.hinted, found.new) == ("a", {"ok": 1}, {other: 1}, [other])


def test_a_test_that_ran_only_one_way_is_a_difference():
    assert suspects({"a": "ok"}, {}) == ["a"]
    assert differences([{"a": "ok"}], [{}])[0].hinted == {MISSING: 1}
    assert differences([{}], [{"a": "ok"}])[0].plain == {MISSING: 1}


def test_a_test_that_passes_where_it_failed_is_a_difference():
    assert differences([{"a": "fail"}], [{"a": "ok"}])[0].new == ["ok"]


def test_an_outcome_that_was_also_seen_without_hints_is_none():
    plain, hinted = [{"a": "ok"}, {"a": "fail"}], [{"a": "fail"}, {"a": "fail"}]
    assert differences(plain, hinted) == []
    assert unstable(plain) == ["a"]


def test_one_new_outcome_among_several_runs_is_a_difference():
    (found,) = differences([{"a": "ok"}] * 3, [{"a": "ok"}, {"a": "fail"}, {"a": "ok"}])
    assert found.shown() == "a: ok x3 without hints, fail x1, ok x2 with"


def test_nothing_to_compare_is_an_error():
    with pytest.raises(ValueError, match="at least one run"):
        differences([], [{}])


def test_an_entry_explains_only_what_it_says():
    explained = entries()
    (known,) = differences([{"t.x": "ok"}], [{"t.x": "fail"}])
    (other,) = differences([{"t.x": "ok"}], [{"t.x": "error"}])
    (elsewhere,) = differences([{"u.x": "ok"}], [{"u.x": "fail"}])
    assert explained.unused() == [("t.*", "['3.15* off *']")]
    assert explained.reason("3.15d off mixed", known) == "because"
    assert explained.unused() == []
    assert explained.reason("3.15 on mixed", known) is None
    assert explained.reason("3.14 off mixed", known) is None
    assert explained.reason("3.15 off mixed", other) is None
    assert explained.reason("3.15 off mixed", elsewhere) is None


def test_every_new_outcome_must_be_explained():
    (found,) = differences([{"t.x": "ok"}] * 2, [{"t.x": "fail"}, {"t.x": "error"}])
    assert entries().reason("3.15 off mixed", found) is None


def test_a_crash_is_never_explained():
    (found,) = differences([{PROCESS: "ok"}], [{PROCESS: "signal SIGSEGV"}])
    assert entries(test="*", where="*", outcome="*").reason("3.15 off mixed", found) is None


@pytest.mark.parametrize("key", sorted(ENTRY))
def test_an_entry_without_all_its_parts_is_refused(key):
    with pytest.raises(ValueError, match="lacks"):
        entries(**{key: ""})


def journal(*lines, ended=OK):
    return read_journal([list(line) for line in lines], ended).outcomes


def test_a_journal_gives_an_outcome_per_test():
    lines = [("start", "a", 0.1), ("ok", "a", ""), ("start", "b", 0.2), ("skip", "b", "why"), ("end", "m", {})]
    assert journal(*lines) == {"a": "ok", "b": "skip", PROCESS: "ok"}


def test_a_test_that_never_ended_is_unfinished():
    ended = Ended("signal SIGSEGV", 1.0, "stack")
    assert journal(("start", "a", 0.1), ended=ended) == {"a": "unfinished", PROCESS: "signal SIGSEGV"}


def test_tests_of_one_id_are_told_apart():
    lines = [("start", "a", 0.1), ("ok", "a", ""), ("start", "a", 0.2), ("fail", "a", "why")]
    assert journal(*lines) == {"a": "ok", "a #2": "fail", PROCESS: "ok"}


def test_a_failed_subtest_fails_its_test():
    lines = [("start", "a", 0.1), ("fail", "a", "sub"), ("ok", "a", ""), ("stop", "a", "")]
    assert journal(*lines) == {"a": "fail", PROCESS: "ok"}


def bench(plain, hinted):
    """Return a bench whose runs have these outcomes, one after the other, the last for ever."""
    left = {"none": list(plain), "mixed": list(hinted)}

    def run_once(mode):
        outcome = left[mode].pop(0) if len(left[mode]) > 1 else left[mode][0]
        return Run({"t.x": outcome, PROCESS: "ok"}, {"t.x": "text"}, {}, 1.0, "")

    return Bench(Setting("3.15", "off"), run_once)


def test_the_same_twice_runs_once():
    judged = bench(["ok"], ["ok"]).judge("mixed", Explained([]))
    assert (judged.found, judged.reruns) == ([], 0)


def test_a_difference_runs_again_and_stays():
    judged = bench(["ok"], ["fail"]).judge("mixed", Explained([]))
    ((found, reason),) = judged.found
    assert (found.plain, found.hinted, reason) == ({"ok": AGAIN + 1}, {"fail": AGAIN + 1}, None)
    assert judged.details == {"t.x": "text"}


def test_an_explained_difference_does_not_run_again():
    judged = bench(["ok"], ["fail"]).judge("mixed", entries())
    assert ([reason for _, reason in judged.found], judged.reruns) == (["because"], 0)


def test_a_test_that_fails_by_itself_now_and_then_is_no_difference():
    judged = bench(["ok", "fail", "ok"], ["fail"]).judge("mixed", Explained([]))
    assert (judged.found, judged.unstable) == ([], ["t.x"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('File "/home/some-one/lib/python3.13/re.py"', 'File "python3.13/re.py"'),
        ("in ./tests/test_a.py", "in tests/test_a.py"),
        ("a/b/c", "a/b/c"),
        ("word" * 700, "word" * 700),  # a pattern that tries every way to cut this in pieces does not come back
    ],
)
def test_the_places_of_a_machine_are_left_out(text, shown):
    assert page._PLACE.sub("", text) == shown
