"""Two results compared: what became slower is found, noise and slower machines are not taken for it."""

import pytest
from figures import bench, steady
from harness.command import main

HINTED, PLAIN = "cpython3.15.2_optin_focus", "cpython3.15.2_off_none"


def compared(capsys, old, new, *options):
    code = main(["compare", str(old), str(new), *options])
    return code, capsys.readouterr().out


def pair(made, name, plain, hinted, spread=0.002, processes=5):
    one = made(name)
    one.put(PLAIN, steady("kernel a", plain, spread, processes))
    return one.put(HINTED, steady("kernel a", hinted, spread, processes)).save()


def test_the_same_results_are_the_same(made, capsys):
    code, text = compared(capsys, pair(made, "old", 2.0, 1.0), pair(made, "new", 2.0, 1.0))
    assert code == 0
    assert "slower " not in text
    assert "1 compared: 0 slower, 0 faster, 1 same" in text


def test_what_became_slower_is_named_and_the_exit_code_says_so(made, capsys):
    code, text = compared(capsys, pair(made, "old", 2.0, 1.0), pair(made, "new", 2.0, 1.1))
    assert code == 1
    assert f"slower     1.100  {HINTED}: kernel a" in text


def test_what_became_faster_is_no_fault(made, capsys):
    code, text = compared(capsys, pair(made, "old", 2.0, 1.0), pair(made, "new", 2.0, 0.8))
    assert code == 0
    assert f"faster     0.800  {HINTED}: kernel a" in text


def test_a_difference_within_the_noise_is_called_noise(made, capsys):
    code, text = compared(capsys, pair(made, "old", 2.0, 1.0, 0.2), pair(made, "new", 2.0, 1.1, 0.2))
    assert code == 0
    assert f"noise      1.100  {HINTED}: kernel a" in text


def test_the_threshold_is_the_callers(made, capsys):
    old, new = pair(made, "old", 2.0, 1.0), pair(made, "new", 2.0, 1.1)
    assert compared(capsys, old, new, "--threshold", "15")[0] == 0
    assert compared(capsys, old, new, "--threshold", "9")[0] == 1


def test_a_slower_machine_is_not_a_regression_unless_seconds_are_asked_for(made, capsys):
    old, new = pair(made, "old", 2.0, 1.0), pair(made, "new", 2.6, 1.3)
    code, text = compared(capsys, old, new)
    assert code == 0
    assert "the plain interpreters, new to old: 1.300" in text
    assert compared(capsys, old, new, "--absolute")[0] == 1


def test_one_process_each_is_too_few_to_tell(made, capsys):
    code, text = compared(capsys, pair(made, "old", 2.0, 1.0, processes=1), pair(made, "new", 2.0, 2.0, processes=1))
    assert code == 0
    assert "too few" in text


def test_counts_do_not_vary_and_are_judged_all_the_same(made, capsys):
    name = "until compiled, for loop"
    old = made("old").put(HINTED, bench(name, [[4.0], [4.0]], "integer")).save()
    new = made("new").put(HINTED, bench(name, [[5.0], [5.0]], "integer")).save()
    assert compared(capsys, old, new)[0] == 1
    assert compared(capsys, old, old)[0] == 0


def test_many_small_losses_are_one_that_counts(made, capsys):
    folders = []
    for name, seconds in (("old", 1.0), ("new", 1.04)):
        one = made(name)
        for number in range(10):
            one.put(PLAIN, steady(f"kernel {number}", 2.0))
            one.put(HINTED, steady(f"kernel {number}", seconds))
        folders.append(one.save())
    code, text = compared(capsys, *folders)
    assert code == 1
    assert f"slower     1.040  {HINTED}: all: kernel" in text
    assert "kernel 3" not in text


def test_what_is_gone_or_added_is_listed(made, capsys):
    old = made("old").put(HINTED, steady("kernel a", 1.0), steady("kernel b", 1.0)).save()
    new = made("new").put(HINTED, steady("kernel a", 1.0), steady("kernel c", 1.0)).save()
    code, text = compared(capsys, old, new)
    assert code == 0
    assert f"gone              {HINTED}: kernel b" in text
    assert f"added             {HINTED}: kernel c" in text


def test_a_file_that_is_not_there_is_an_error(made, tmp_path):
    with pytest.raises(SystemExit, match="no such file; expected results"):
        main(["compare", str(tmp_path / "none"), str(pair(made, "new", 2.0, 1.0))])
