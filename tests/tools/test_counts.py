import pytest
from suite.counts import Counts, from_cargo, from_junit, from_lint, seconds_of
from suite.report import Row, any_failed, summary

JUNIT = """<?xml version="1.0"?><testsuites><testsuite tests="5" time="2.5">
<testcase name="a"/><testcase classname="tests.test_x" name="b"><failure message="no"/></testcase>
<testcase name="c"><error message="no"/></testcase>
<testcase name="d"><skipped message="needs a JIT"/></testcase>
<testcase name="e"><skipped message="needs a JIT"/></testcase>
</testsuite></testsuites>"""

CARGO = """
test one ... ok
test two ... ignored, needs a device
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""


def test_junit(tmp_path):
    (tmp_path / "r.xml").write_text(JUNIT)
    assert from_junit(tmp_path / "r.xml") == Counts(1, 2, 2, {"needs a JIT": 2}, ("tests.test_x::b", "c"))
    assert seconds_of(tmp_path / "r.xml") == 2.5


@pytest.mark.parametrize("text", [None, "", "<testsuites>"])
def test_no_usable_report_counts_nothing_and_a_crash_still_fails(tmp_path, text):
    report = tmp_path / "r.xml"
    if text is not None:
        report.write_text(text)
    assert from_junit(report) == Counts()
    assert seconds_of(report) == 0
    assert from_junit(report).judged(-11).failed == 1


def test_cargo_adds_up_all_programs():
    assert from_cargo(CARGO) == Counts(15, 2, 1, {"needs a device": 1})
    assert from_cargo("error: could not compile") == Counts()


def test_lint_counts_its_own_lines_only():
    assert from_lint("lint: mypy: ok\nlint: ruff check: failed\nother: ok\n")[:3] == (1, 1, 0)


def test_a_failed_run_with_counted_failures_is_not_counted_twice():
    assert Counts(1, 2, 0).judged(1).failed == 2
    assert Counts(1, 0, 0).judged(0).failed == 0


def test_summary_ends_with_the_totals():
    rows = [Row("rust", "cargo test", Counts(3, 0, 1, {"slow": 1}), 1.0), Row("x", "y", Counts(2, 1, 0), 1.0)]
    lines = summary(rows, ["python3.14t: the suites carry none"]).splitlines()
    assert lines[-1] == "5 passed, 1 failed, 2 skipped"
    assert any("python3.14t" in line for line in lines)
    assert any("slow" in line for line in lines)


def test_summary_names_what_failed():
    rows = [Row("x", "y", Counts(2, 1, 0, {}, ("tests.test_x::b",)), 1.0), Row("z", "y", Counts(2, 0, 0), 1.0)]
    assert summary(rows, []).splitlines()[-3:-1] == ["Failed", "  x: tests.test_x::b"]


def test_what_counts_as_a_failed_run():
    assert any_failed([])
    assert any_failed([Row("a", "", Counts(5, 1, 0), 0)])
    assert any_failed([Row("a", "", Counts(0, 0, 3), 0)])
    assert not any_failed([Row("a", "", Counts(5, 0, 3), 0)])


def test_a_run_without_tests_is_a_failed_one():
    assert Counts().judged(0).failed == 1
