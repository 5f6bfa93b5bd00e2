"""Results on disk: what was measured, without what says too much."""

import json

import pytest
from figures import steady
from harness.configurations import Configuration
from harness.programs import CHOICES, choices, write
from harness.store import Results

WHERE = "cpython3.15.2_optin_focus"


def test_what_is_saved_is_loaded(made):
    path = made().put(WHERE, steady("kernel a", 1.0), steady("kernel b", 2.0)).save()
    found = Results.load(path)
    assert list(found.found) == [WHERE]
    assert found.median(Configuration.of(WHERE), "kernel b") == pytest.approx(2.0, rel=1e-4)
    bench = found.get(Configuration.of(WHERE), "kernel a")
    assert bench is not None
    assert [len(run.values) for run in bench.get_runs()] == [3] * 5
    assert found.get(Configuration.of(WHERE), "kernel c") is None


def test_a_configuration_is_a_line_and_the_host_is_not_in_the_file(made):
    path = made().put(WHERE, steady("kernel a", 1.0)).put(WHERE.replace("optin", "jit"), steady("kernel a", 2.0)).save()
    text = path.read_text("utf-8")
    assert "somebody" not in text
    assert [line.split('"')[1] for line in text.splitlines() if '"values"' in line] == sorted(
        [WHERE, WHERE.replace("optin", "jit")]
    )


def test_a_second_run_takes_the_place_of_the_first_and_leaves_the_others(made):
    one = made().put(WHERE, steady("kernel a", 1.0), steady("kernel b", 2.0))
    one.save()
    again = Results.load(one.results.path)
    again.put(Configuration.of(WHERE), [steady("kernel a", 3.0)])
    again.save()
    found = Results.load(one.results.path)
    medians = [found.median(Configuration.of(WHERE), f"kernel {name}") for name in "ab"]
    assert medians == pytest.approx([3.0, 2.0], rel=1e-4)


def test_interpreters_are_in_order(made):
    one = made()
    for label in ("pypy8.0.1", "cpython3.15.2", "cpython3.9.1", "cpython3.10.13"):
        one.put(f"{label}_off_none", steady("kernel a", 1.0))
    assert one.results.interpreters() == ["cpython3.9.1", "cpython3.10.13", "cpython3.15.2", "pypy8.0.1"]


def test_the_stored_choices_are_written_as_they_are(monkeypatch, tmp_path):
    before = CHOICES.read_text("utf-8")
    known = choices()
    monkeypatch.setattr("harness.programs.CHOICES", tmp_path / "choices.json")
    write(known)
    assert (tmp_path / "choices.json").read_text("utf-8") == before
    assert json.loads(before) == known
