import json

import pytest
from interp import stamp


@pytest.fixture
def made(tmp_path):
    root = tmp_path / "root"
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/python3.99").write_text("")
    return stamp.Stamp(str(root), "amd64", ["3.99", "sid"], ["b.deb", "a.deb"], ["usr/bin/python3.99"], ["x: no"], [])


def holds(made, tmp_path, **changed):
    given = {"root": tmp_path / "root", "architecture": "amd64", "asked": ["3.99", "sid"], "packages": None, **changed}
    return stamp.holds(made, **given)


def test_written_stamp_is_read_back(tmp_path, made):
    stamp.write(tmp_path, made)
    assert stamp.read(tmp_path) == made


def test_a_fitting_stamp_holds_whatever_the_order_of_packages(tmp_path, made):
    assert holds(made, tmp_path)
    assert holds(made, tmp_path, packages=["a.deb", "b.deb"])


@pytest.mark.parametrize(
    "changed",
    [
        {"architecture": "arm64"},
        {"asked": ["3.98", "sid"]},
        {"packages": ["a.deb", "c.deb"]},
        {"packages": ["a.deb"]},
    ],
    ids=str,
)
def test_any_difference_breaks_it(tmp_path, made, changed):
    assert not holds(made, tmp_path, **changed)


def test_a_moved_folder_breaks_it(tmp_path, made):
    assert not holds(made, tmp_path, root=tmp_path / "elsewhere")


def test_a_lost_program_breaks_it(tmp_path, made):
    (tmp_path / "root/usr/bin/python3.99").unlink()
    assert not holds(made, tmp_path)


def test_no_programs_never_hold(tmp_path, made):
    assert not holds(made._replace(programs=[]), tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"format": 0}', f'{{"format": {stamp.FORMAT}}}'])
def test_what_cannot_be_trusted_is_no_stamp(tmp_path, text):
    (tmp_path / stamp.NAME).write_text(text)
    assert stamp.read(tmp_path) is None


def test_another_format_is_no_stamp(tmp_path, made):
    stamp.write(tmp_path, made)
    data = json.loads((tmp_path / stamp.NAME).read_text())
    (tmp_path / stamp.NAME).write_text(json.dumps({**data, "format": stamp.FORMAT + 1}))
    assert stamp.read(tmp_path) is None


def test_forgotten(tmp_path, made):
    stamp.forget(tmp_path)
    stamp.write(tmp_path, made)
    stamp.forget(tmp_path)
    assert stamp.read(tmp_path) is None
