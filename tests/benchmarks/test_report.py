"""README and the pages cannot drift from the stored results."""

from xml.etree import ElementTree

import pytest
from figures import bench, steady
from harness import report
from harness.report import chosen, figures, included, numbers, plot, tables

NEW = "cpython3.15.2"


@pytest.fixture
def results(made):
    """Two programs and a kernel: hints pay, hints are behind, hints are slower than the interpreter."""
    one = made()
    seconds = {
        "program fast": (4.0, 2.0, 1.0, 2.0),
        "program late": (4.0, 2.0, 3.0, 2.0),
        "kernel bad": (1.0, 1.2, 1.25, 1.0),
    }
    for name, (plain, natural, hinted, other) in seconds.items():
        one.put(f"{NEW}_off_none", steady(name, plain))
        one.put(f"{NEW}_jit_none", steady(name, natural))
        one.put(f"{NEW}_optin_focus", steady(name, hinted))
        one.put(f"{NEW}_cinderx_focus", steady(name, other))
    one.put("pypy8.0.1_off_none", steady("program fast", 0.25))
    for kind in figures.KINDS:
        one.put(f"{NEW}_default_none", steady(f"call {kind}", 2e-8))
        one.put(f"{NEW}_default_focus", steady(f"call {kind}", 3e-8))
    one.put(f"{NEW}_default_none", steady("process, bare", 0.010), steady("process, import jitctl", 0.0112))
    one.put(f"{NEW}_optin_focus", bench("until compiled, for loop", [[4.0]], "integer"))
    one.put(f"{NEW}_optin_focus", steady("until compiled, for loop, time", 2e-5))
    one.results.about["parts"] = {
        "programs": {"rounds": 5, "date": "2026-01-01 10:00", "commit": "abc", "seconds": 9, "load before": 0.1,
                     "failures": {"program x in y": "exit code 1"}},
    }  # fmt: skip
    one.results.about["rust"] = {"call undo": {"median": 2e-9, "low": 1e-9, "high": 3e-9}}
    return one.results


def test_the_documents_say_what_the_stored_results_give():
    different = [path.name for path in report.write(check=True)]
    assert different == [], "next: python benchmarks report"


def test_speeds_and_what_is_behind(results):
    assert figures.speed(results, NEW, "hinted, JIT off", "program fast") == pytest.approx(4.0)
    assert figures.speed(results, NEW, figures.PYPY, "program fast") == pytest.approx(16.0)
    assert [name for name, _ in figures.behind(results, NEW, "program ")] == ["late"]
    # Slower than the interpreter is behind too, though faster than nothing else.
    assert figures.behind(results, NEW, "kernel ") == [("bad", pytest.approx(0.8))]


def test_the_readme_has_one_table_and_a_picture_and_counts_the_bad_figures(results):
    text = numbers.readme(results)
    assert "| 3.15.2, 2 programs of pyperformance | 2.31 (1.33 to 4.00) |" in text
    assert text.count("\n| ---") == text.count("](benchmarks/results/speed.svg)") == 1
    assert "1 of 1 kernels on 3.15.2, 1 of 2 programs of pyperformance on 3.15.2" in text
    assert "docs/numbers.md" in text


def test_the_page_of_numbers_names_the_bad_figures(results):
    text = numbers.speed(results) + numbers.costs(results)
    assert "late 0.67" in text
    assert "bad 0.80" in text
    assert "ms added to a bare process (processor time) | 1.2 | - |" in text
    assert "a call under focus, ratio to an unhinted one | 1.50 |" in text
    assert "a guarded call of a backend 2 ns" in text


def test_a_busy_machine_is_said(results):
    assert "busy" not in numbers.speed(results)
    results.about["parts"]["programs"]["load before"] = 9.2
    assert "**busy with other work** (load average 9 to 9)" in numbers.speed(results)


def test_a_mean_over_some_programs_is_no_mean(results):
    # PyPy ran one of the two: a geometric mean of it would flatter.
    row = next(line for line in numbers.readme(results).splitlines() if "2 programs" in line)
    assert row.endswith("| - |")


def test_the_page_names_what_failed(results):
    assert "Failed: program x in y (exit code 1)." in tables.machine(results)


def test_only_blocks_are_replaced(results):
    before = 'One.\n<!-- machine: written by "python benchmarks report" -->\nold\n<!-- end of machine -->\nTwo.\n'
    after = report.filled(before, results)
    assert after.startswith('One.\n<!-- machine: written by "python benchmarks report" -->\n')
    assert after.endswith("<!-- end of machine -->\nTwo.\n")
    assert "old" not in after
    assert report.filled(after, results) == after


def test_an_unknown_block_is_an_error(results):
    with pytest.raises(SystemExit, match="no block machines"):
        report.filled('<!-- machines: written by "python benchmarks report" -->\n<!-- end of machines -->', results)


def test_a_page_is_taken_in_below_its_heading(tmp_path):
    page = tmp_path / "fuzz.md"
    assert included.text(page) == "Not run yet: `benchmarks/results/fuzz.md` does not exist."
    page.write_text("# Fuzzer\n\nText.\n\n## Seeds\n\n# not a title\n", "utf-8")
    assert included.text(page).strip() == "Text.\n\n#### Seeds\n\n### not a title"


def test_the_plot_has_a_mark_for_each_figure(results):
    text = plot.svg(results)
    root = ElementTree.fromstring(text)
    told = [one.text for one in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "fast, hinted, JIT off: 4.00" in told
    assert "late, PYTHON_JIT=1 alone: 2.00" in told
    assert "fast, PyPy: 16.00" in told
    assert "geomean, PyPy: 16.00" not in told
    assert "prefers-color-scheme: dark" in text
    assert plot.svg(results) == text


def test_nothing_measured_is_no_crash(made):
    empty = made().results
    for block in report.BLOCKS.values():
        assert isinstance(block(empty), str)
    ElementTree.fromstring(plot.svg(empty))


def test_what_gains_little_under_the_compiler_has_its_cause_beside_it(monkeypatch):
    def measured(hinted, jit):
        sets = [{"plain": [2.0, 4.0, 9.0], "chain": [one / hinted for one in (2.0, 4.0, 9.0)]}]
        sets[0]["jit"] = [2.0 / jit, 4.0 / jit, 1.0]
        return {"commit": "abc", "date": "2026-01-01 10:00", "load": 3.0, "sets": sets}

    found = {"fast": measured(4.0, 1.25), "late": measured(1.25, 2.0), "none": measured(1.0, 0.5)}
    known = {name: {"functions": [["__main__:work", "focus", 0]]} for name in found} | {"none": {"functions": []}}
    monkeypatch.setattr(chosen, "kept", lambda: {"chain": {"on": NEW, "programs": found}})
    monkeypatch.setattr(chosen, "choices", lambda under: {"programs": known})
    monkeypatch.setattr(chosen, "causes", lambda: {"chain": {"late": "its loops call C", "fast": "none is asked for"}})
    text = chosen.programs(None)
    assert "| program, 3.15.2 | hinted, `compiler,native` | `PYTHON_JIT=1` alone | hints | cause" in text
    assert "| fast | 4.00 | 1.25 | 1 |  |" in text
    assert "| late | 1.25 | 2.00 | 1 | its loops call C |" in text
    assert "| none | 1.00 | 0.50 | 0 | not looked into |" in text
    assert "interpreter and `PYTHON_JIT=1`: late (0.62)." in text
